import { setTimeout as wait } from 'node:timers/promises';

/** Time that may be caught up after a timer came late. */
const CATCH_UP_MS = 40;

/** Waits, or ends at once when the signal aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => undefined);
}

/** Lets a connection send so many bytes a second, by a clock that late timers do not slow down. */
export class Pacer {
  #freeAt = 0;

  /** Ends when `bytes` more may be sent. */
  async take(bytes: number, bytesPerSecond: number, signal: AbortSignal): Promise<void> {
    const now = performance.now();
    this.#freeAt = Math.max(this.#freeAt, now - CATCH_UP_MS);
    const early = this.#freeAt - now;
    this.#freeAt += (bytes / bytesPerSecond) * 1000;
    if (early >= 1) await pause(early, signal);
  }
}

/** How much to write at once: ten milliseconds' worth when paced. */
export function pieceBytes(bytesPerSecond: number | undefined): number {
  const most = 512 * 1024;
  if (bytesPerSecond === undefined) return most;
  return Math.min(Math.max(Math.floor(bytesPerSecond / 100), 4096), most);
}
