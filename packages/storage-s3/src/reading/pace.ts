/** Less than this says little. */
const ENOUGH_BYTES = 1024 * 1024;
/** More requests side by side are worth their memory where one brings less. */
const FAST_BYTES_PER_MS = 200_000;

/** How fast one request brings its bytes, and how fast they are read. */
export class Pace {
  readonly #startedAt = performance.now();
  #bytes = 0;
  #waitedMs = 0;

  /** `waitedMs`: how long they were waited for. */
  note(bytes: number, waitedMs: number): void {
    this.#bytes += bytes;
    this.#waitedMs += waitedMs;
  }

  /** Whether the store is slow: the reader waits for it. */
  get isSlow(): boolean {
    return this.#bytes >= ENOUGH_BYTES && this.#bytes < this.#waitedMs * FAST_BYTES_PER_MS;
  }

  /** Whether the store and the reader are fast, so that a long request is soon over. */
  get isFast(): boolean {
    const ms = performance.now() - this.#startedAt;
    return this.#bytes >= ENOUGH_BYTES && this.#bytes >= ms * FAST_BYTES_PER_MS;
  }
}
