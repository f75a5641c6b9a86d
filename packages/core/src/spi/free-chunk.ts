/** Less is left to the garbage collector: it is soon done, and undici shares an empty chunk. */
const WORTHWHILE_BYTES = 4096;

/** Frees the memory behind a chunk at once. Only where the chunk is all of its memory: other chunks may lie in the rest. */
export function freeChunk({ buffer, byteLength }: Uint8Array): void {
  if (byteLength < WORTHWHILE_BYTES || byteLength !== buffer.byteLength) return;
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}
