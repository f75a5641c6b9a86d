/** `items` in pieces of at most `size`. */
export function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** What `work` gives for each piece, in one list. */
export async function inChunks<T, R>(
  items: readonly T[],
  size: number,
  work: (piece: readonly T[]) => Promise<readonly R[]>,
): Promise<R[]> {
  const all: R[] = [];
  for (const piece of chunks(items, size)) for (const one of await work(piece)) all.push(one);
  return all;
}
