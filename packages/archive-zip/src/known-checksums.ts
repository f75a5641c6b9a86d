/** Between two notes of one content: so much of it is read again at most. */
const STEP = 64 * 1024 * 1024;
const MOST_CONTENTS = 1000;

/** The CRC-32 of the first bytes of a content. */
export interface PartSum {
  readonly length: number;
  readonly crc: number;
}

const NOTHING: PartSum = { length: 0, crc: 0 };

/** Checksums of contents that were written before, so that what goes on with an archive need not read all of it again. */
export class KnownChecksums {
  /** Used last is last. */
  readonly #sums = new Map<string, PartSum[]>();

  /** Of the longest part that is known and no longer than `most`. */
  best(identity: string | undefined, most: number): PartSum {
    const sums = identity === undefined ? undefined : this.#sums.get(identity);
    return sums?.findLast(({ length }) => length <= most) ?? NOTHING;
  }

  /** Notes how far a content of `size` bytes was summed up, now and then and at its end. */
  note(identity: string | undefined, sum: PartSum, size: number): void {
    if (identity === undefined) return;
    const sums = this.#sums.get(identity) ?? [];
    const last = sums.at(-1)?.length ?? 0;
    const isDue = sum.length - last >= STEP || (sum.length === size && sum.length > last);
    if (!isDue) return;
    sums.push(sum);
    this.#sums.delete(identity);
    this.#sums.set(identity, sums);
    const [oldest] = this.#sums.keys();
    if (this.#sums.size > MOST_CONTENTS && oldest !== undefined) this.#sums.delete(oldest);
  }
}
