import type { StoredRecord } from '../../spi/metadata-store.ts';

/** A record of both stores: at least one has it. */
export interface RecordPair {
  readonly theirs: StoredRecord | undefined;
  readonly ours: StoredRecord | undefined;
}

/** Two lists of records, each by id, side by side; neither is held in memory. */
export async function* recordPairs(
  theirs: AsyncIterable<StoredRecord>,
  ours: AsyncIterable<StoredRecord>,
): AsyncGenerator<RecordPair, void, undefined> {
  const left = theirs[Symbol.asyncIterator]();
  const right = ours[Symbol.asyncIterator]();
  try {
    let [a, b] = [await left.next(), await right.next()];
    while (!a.done || !b.done) {
      const isTheirs = !a.done && (b.done || a.value.id <= b.value.id);
      const isOurs = !b.done && (a.done || b.value.id <= a.value.id);
      yield { theirs: isTheirs ? a.value : undefined, ours: isOurs ? b.value : undefined };
      if (isTheirs) a = await left.next();
      if (isOurs) b = await right.next();
    }
  } finally {
    await Promise.all([left.return?.(), right.return?.()]);
  }
}
