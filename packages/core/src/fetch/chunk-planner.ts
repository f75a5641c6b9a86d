import { type ByteRange, RangeMap } from './range-map.ts';

/**
 * Hands out the parts of one file that are neither there nor on their way: what a reader waits for first, then in order,
 * so that the front that readers and the hash follow stays close behind the connections.
 */
export class ChunkPlanner {
  readonly #size: number;
  readonly #taken: RangeMap;
  readonly #wanted: number[] = [];

  constructor(size: number, present: RangeMap) {
    this.#size = size;
    this.#taken = new RangeMap(present.toArray());
  }

  /** Bytes that nobody fetches yet. */
  get openBytes(): number {
    return this.#size - this.#taken.bytes;
  }

  /** A reader waits at `position`: its bytes come next. */
  want(position: number): void {
    if (!this.#wanted.includes(position)) this.#wanted.push(position);
  }

  take(maxBytes: number): ByteRange | undefined {
    let gap: ByteRange | undefined;
    while (gap === undefined && this.#wanted.length > 0) {
      const position = this.#wanted.shift() as number;
      const found = this.#taken.firstGap(position, this.#size);
      // A gap further on means that the wanted byte is there or on its way.
      if (found?.start === position) gap = found;
    }
    gap ??= this.#taken.firstGap(0, this.#size);
    if (gap === undefined) return undefined;
    const chunk = { start: gap.start, end: Math.min(gap.end, gap.start + maxBytes) };
    this.#taken.add(chunk.start, chunk.end);
    return chunk;
  }

  /** A part that was taken and did not arrive. */
  giveBack(range: ByteRange): void {
    if (range.start >= range.end) return;
    const rest = this.#taken.toArray();
    this.#taken.clear();
    for (const { start, end } of rest) {
      this.#taken.add(start, Math.min(end, range.start));
      this.#taken.add(Math.max(start, range.end), end);
    }
  }
}
