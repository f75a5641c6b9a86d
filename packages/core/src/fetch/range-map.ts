/** Half-open: `start` is in, `end` is not. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Which bytes of a file are there: sorted, disjoint, not adjacent. */
export class RangeMap {
  #ranges: ByteRange[];
  #bytes = 0;

  constructor(ranges: Iterable<ByteRange> = []) {
    this.#ranges = [];
    for (const range of ranges) this.add(range.start, range.end);
  }

  add(start: number, end: number): void {
    if (start >= end) return;
    const ranges = this.#ranges;
    let first = 0;
    while (first < ranges.length && (ranges[first] as ByteRange).end < start) first += 1;
    let last = first;
    let merged: ByteRange = { start, end };
    let before = 0;
    while (last < ranges.length && (ranges[last] as ByteRange).start <= end) {
      const next = ranges[last] as ByteRange;
      before += next.end - next.start;
      merged = { start: Math.min(merged.start, next.start), end: Math.max(merged.end, next.end) };
      last += 1;
    }
    ranges.splice(first, last - first, merged);
    this.#bytes += merged.end - merged.start - before;
  }

  clear(): void {
    this.#ranges = [];
    this.#bytes = 0;
  }

  /** Bytes that are there. */
  get bytes(): number {
    return this.#bytes;
  }

  /** End of the bytes that are there without a gap from `position` on; `position` itself if its byte is not there. */
  contiguousEnd(position: number): number {
    for (const { start, end } of this.#ranges) if (start <= position && position < end) return end;
    return position;
  }

  /** The first gap at or after `position` and before `size`, or undefined. */
  firstGap(position: number, size: number): ByteRange | undefined {
    let at = position;
    for (const { start, end } of this.#ranges) {
      if (end <= at) continue;
      if (start > at) return { start: at, end: Math.min(start, size) };
      at = end;
    }
    return at < size ? { start: at, end: size } : undefined;
  }

  toArray(): readonly ByteRange[] {
    return [...this.#ranges];
  }
}
