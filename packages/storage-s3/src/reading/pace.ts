/** Less than this says little. */
const ENOUGH_BYTES = 1024 * 1024;
/** More requests side by side are worth their memory where one brings less. */
const FAST_BYTES_PER_MS = 200_000;
/** What was longer ago counts less and less. */
const MEMORY_MS = 1000;

/** How fast one request brings its bytes, and how fast they are read. */
export class Pace {
  #startedAt = performance.now();
  #bytes = 0;
  #waitedMs = 0;

  /** `waitedMs`: how long they were waited for. */
  note(bytes: number, waitedMs: number): void {
    this.#bytes += bytes;
    this.#waitedMs += waitedMs;
    const lasted = performance.now() - this.#startedAt;
    if (lasted < MEMORY_MS) return;
    this.#startedAt += lasted / 2;
    this.#bytes /= 2;
    this.#waitedMs /= 2;
  }

  /** Whether the store is slow, and the reader waits for it. */
  get isSlow(): boolean {
    const isWaiting = this.#waitedMs * 2 > performance.now() - this.#startedAt;
    return (
      isWaiting && this.#bytes >= ENOUGH_BYTES && this.#bytes < this.#waitedMs * FAST_BYTES_PER_MS
    );
  }

  /** Bytes that are read in `ms`, at the pace of the store and the reader so far. */
  bytesIn(ms: number): number {
    return Math.ceil((this.#bytes * ms) / (performance.now() - this.#startedAt));
  }
}
