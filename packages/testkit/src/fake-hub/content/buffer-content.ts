import type { FileContent } from './file-content.ts';

/** Content that is in memory already. */
export function bufferContent(bytes: Buffer): FileContent {
  return {
    size: bytes.length,
    async *chunks(start, end, chunkBytes): AsyncGenerator<Buffer> {
      for (let from = start; from < end; from += chunkBytes) {
        yield bytes.subarray(from, Math.min(from + chunkBytes, end));
      }
    },
  };
}
