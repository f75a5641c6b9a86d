import type { HttpHeaders } from './http-client.ts';

const LONGEST_MS = 60 * 60 * 1000;

/** How long a server asks to wait, in milliseconds: `Retry-After` (seconds or a date), else the reset time in `RateLimit`. */
export function retryAfterMs(headers: HttpHeaders, now: number = Date.now()): number | undefined {
  const asked = headers.get('retry-after')?.trim();
  if (asked !== undefined && asked !== '') {
    const wait = /^\d+(\.\d+)?$/.test(asked) ? Number(asked) * 1000 : Date.parse(asked) - now;
    if (!Number.isNaN(wait)) return bounded(wait);
  }
  const reset = /(?:^|;)\s*t=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1];
  return reset === undefined ? undefined : bounded(Number(reset) * 1000);
}

function bounded(wait: number): number {
  return Math.min(Math.max(Math.ceil(wait), 0), LONGEST_MS);
}
