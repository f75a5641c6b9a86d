/** Smaller pieces are gathered, larger ones pass as they are. */
const SMALL = 64 * 1024;
const GATHERED = 256 * 1024;

/** The same bytes in fewer pieces: headers, paddings and small files are joined, large chunks pass by reference. */
export async function* coalesce(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let buffer = new Uint8Array(GATHERED);
  let filled = 0;
  for await (const piece of pieces) {
    const fits = piece.length < SMALL && filled + piece.length <= GATHERED;
    if (!fits && filled > 0) {
      yield buffer.subarray(0, filled);
      buffer = new Uint8Array(GATHERED);
      filled = 0;
    }
    if (piece.length >= SMALL) {
      yield piece;
    } else {
      buffer.set(piece, filled);
      filled += piece.length;
    }
  }
  if (filled > 0) yield buffer.subarray(0, filled);
}
