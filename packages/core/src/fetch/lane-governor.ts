import type { ByteSource } from './fetch-target.ts';

const MIB = 1024 * 1024;
const FIRST_LANES = 8;
/** Fewer bytes are not worth a request. */
export const MIN_CHUNK: number = 2 * MIB;
const MAX_CHUNK = 32 * MIB;
/** A chunk should take about this long: long enough to pay for its request, short enough to keep the front close. */
const CHUNK_MS = 400;
const WINDOW_MS = 250;
const WORTHWHILE = 1.15;
/** Bytes a millisecond of one lane above which it is not the connection that holds the files back: more would only cost. */
const FAST_LANE = 64_000;

/**
 * Decides how many ranges are fetched at once from one source, and how large they are, from what the connections give.
 * The large files that are being fetched share the lanes: more of them would make each slower, and cost more.
 */
export class LaneGovernor {
  readonly #limit: number;
  #files = 0;
  #lanes = 0;
  /** Lanes before they were doubled last. */
  #before = 0;
  #settled = false;
  #windowStart: number | undefined;
  #windowBytes = 0;
  #rate = 0;

  /** `limit`: most lanes of all files. */
  constructor(limit: number) {
    this.#limit = Math.max(1, limit);
    this.#reset();
  }

  /** One file more is being fetched, until the returned function is called. */
  join(): () => void {
    this.#files += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#files -= 1;
      // Whoever comes later may find another line.
      if (this.#files === 0) this.#reset();
    };
  }

  /** The lanes of one file. */
  get lanes(): number {
    return Math.ceil(this.#lanes / Math.max(1, this.#files));
  }

  /** Bytes for the next chunk of a file of which `openBytes` are not yet on their way. */
  chunkBytes(openBytes: number): number {
    const byRate = this.#rate === 0 ? 4 * MIB : (this.#rate / this.#lanes) * CHUNK_MS;
    // Towards the end all lanes should finish together.
    const share = openBytes / (this.lanes * 2);
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

  #reset(): void {
    this.#lanes = Math.min(FIRST_LANES, this.#limit);
    this.#before = this.#lanes;
    this.#settled = false;
    this.#windowStart = undefined;
    this.#windowBytes = 0;
    this.#rate = 0;
  }
}

/** The governors of the sources of one cache. */
export class SourceLanes {
  readonly #limit: number;
  readonly #governors = new WeakMap<ByteSource, LaneGovernor>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  of(source: ByteSource): LaneGovernor {
    let governor = this.#governors.get(source);
    if (governor === undefined) {
      governor = new LaneGovernor(this.#limit);
      this.#governors.set(source, governor);
    }
    return governor;
  }
}
