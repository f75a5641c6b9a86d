import { createCipheriv, createHash } from 'node:crypto';

/** Bytes that look random and are the same for the same seed. `offset` gives the part that a longer run has there; a multiple of 16. */
export function seededBytes(seed: string | number, size: number, offset = 0): Uint8Array {
  const key = createHash('sha256').update(`modelkeep ${seed}`).digest().subarray(0, 16);
  const counter = Buffer.alloc(16);
  counter.writeBigUInt64BE(BigInt(offset) / 16n, 8);
  const cipher = createCipheriv('aes-128-ctr', key, counter);
  return new Uint8Array(cipher.update(Buffer.alloc(size)));
}

/** {@link seededBytes} in chunks, so that a large body needs no memory. */
export async function* seededStream(
  seed: string | number,
  size: number,
  chunkSize: number = 64 * 1024,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let offset = 0; offset < size; offset += chunkSize) {
    yield seededBytes(seed, Math.min(chunkSize, size - offset), offset);
  }
}

/** Numbers in [0, 1) that are the same for the same seed. Not for secrets. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A copy of `items` in an order that is the same for the same random numbers. */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
