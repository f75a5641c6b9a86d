import { setTimeout as wait } from 'node:timers/promises';

/** Time that may be caught up after a timer came late. */
const CATCH_UP_MS = 40;

/** Waits, or ends at once when the signal aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => undefined);
}

/**
 * When `bytes` may go out on a connection that is free from `freeAt` on, and from when it is free again; in
 * milliseconds. A connection that fell behind may catch up a little, one that was idle saves nothing.
 */
export function nextTurn(
  freeAt: number,
  now: number,
  bytes: number,
  bytesPerSecond: number,
): { readonly waitMs: number; readonly freeAt: number } {
  const start = Math.max(freeAt, now - CATCH_UP_MS);
  return { waitMs: start - now, freeAt: start + (bytes / bytesPerSecond) * 1000 };
}

/** Lets a connection send so many bytes a second, by a clock that late timers do not slow down. */
export class Pacer {
  #freeAt = 0;

  /** Ends when `bytes` more may be sent. */
  async take(bytes: number, bytesPerSecond: number, signal: AbortSignal): Promise<void> {
    const turn = nextTurn(this.#freeAt, performance.now(), bytes, bytesPerSecond);
    this.#freeAt = turn.freeAt;
    if (turn.waitMs >= 1) await pause(turn.waitMs, signal);
  }
}

/** How much to write at once: ten milliseconds' worth when paced. */
export function pieceBytes(bytesPerSecond: number | undefined): number {
  const most = 512 * 1024;
  if (bytesPerSecond === undefined) return most;
  return Math.min(Math.max(Math.floor(bytesPerSecond / 100), 4096), most);
}
