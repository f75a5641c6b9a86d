/** Less than this says little. */
const ENOUGH_BYTES = 1024 * 1024;
/** More requests side by side are worth their memory where one brings less. */
const SLOW_BYTES_PER_MS = 200_000;

/** How fast one request brings its bytes, while they are waited for. */
export class Pace {
  #bytes = 0;
  #waitedMs = 0;

  note(bytes: number, waitedMs: number): void {
    this.#bytes += bytes;
    this.#waitedMs += waitedMs;
  }

  /** Undefined while too little is known. */
  get isSlow(): boolean | undefined {
    if (this.#bytes < ENOUGH_BYTES) return undefined;
    return this.#bytes < this.#waitedMs * SLOW_BYTES_PER_MS;
  }
}
