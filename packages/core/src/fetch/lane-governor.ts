const MIB = 1024 * 1024;
const FIRST_LANES = 8;
const MIN_CHUNK = 2 * MIB;
const MAX_CHUNK = 32 * MIB;
/** A chunk should take about this long: long enough to pay for its request, short enough to keep the front close. */
const CHUNK_MS = 400;
const WINDOW_MS = 250;
const WORTHWHILE = 1.15;
/** Bytes a millisecond of one lane above which it is not the connection that holds the file back: more would only cost. */
const FAST_LANE = 64_000;

/** Decides how many ranges of one file are fetched at once, and how large they are, from what the connections give. */
export class LaneGovernor {
  readonly #limit: number;
  #lanes: number;
  /** Lanes before they were doubled last. */
  #before: number;
  #settled = false;
  #windowStart: number | undefined;
  #windowBytes = 0;
  #rate = 0;

  constructor(size: number, limit: number) {
    this.#limit = Math.max(1, limit);
    this.#lanes = Math.max(1, Math.min(FIRST_LANES, this.#limit, Math.ceil(size / MIN_CHUNK)));
    this.#before = this.#lanes;
  }

  get lanes(): number {
    return this.#lanes;
  }

  /** Bytes for the next chunk, when `openBytes` are not yet on their way. */
  chunkBytes(openBytes: number): number {
    const byRate = this.#rate === 0 ? 4 * MIB : (this.#rate / this.#lanes) * CHUNK_MS;
    // Towards the end all lanes should finish together.
    const share = openBytes / (this.#lanes * 2);
    return Math.ceil(Math.max(MIN_CHUNK, Math.min(MAX_CHUNK, byRate, Math.max(MIN_CHUNK, share))));
  }

  /** Bytes arrived at `nowMs`. Doubles the lanes for as long as that pays, and then goes one step back. */
  received(bytes: number, nowMs: number): void {
    this.#windowStart ??= nowMs;
    this.#windowBytes += bytes;
    const elapsed = nowMs - this.#windowStart;
    if (elapsed < WINDOW_MS) return;
    const rate = this.#windowBytes / elapsed;
    const isFast = rate > FAST_LANE * this.#lanes;
    if (!this.#settled && !isFast && rate > this.#rate * WORTHWHILE) {
      this.#before = this.#lanes;
      this.#lanes = Math.min(this.#limit, this.#lanes * 2);
    } else if (!this.#settled && !isFast) {
      this.#settled = true;
      this.#lanes = this.#before;
    }
    this.#rate = rate;
    this.#windowStart = nowMs;
    this.#windowBytes = 0;
  }
}
