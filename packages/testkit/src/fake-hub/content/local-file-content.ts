import { open, stat } from 'node:fs/promises';
import type { FileContent } from './file-content.ts';

/** Content of a file on disk, read through two reused buffers. The file must not change while it is served. */
export async function localFileContent(path: string): Promise<FileContent> {
  const { size } = await stat(path);
  return {
    size,
    async *chunks(start, end, chunkBytes): AsyncGenerator<Buffer> {
      if (start >= end) return;
      const file = await open(path, 'r');
      try {
        const length = Math.min(chunkBytes, end - start);
        const buffers = [Buffer.allocUnsafeSlow(length), Buffer.allocUnsafeSlow(length)];
        let turn = 0;
        for (let from = start; from < end; ) {
          const buffer = buffers[turn % 2] as Buffer;
          turn += 1;
          const { bytesRead } = await file.read(buffer, 0, Math.min(length, end - from), from);
          if (bytesRead === 0) return;
          yield buffer.subarray(0, bytesRead);
          from += bytesRead;
        }
      } finally {
        await file.close();
      }
    },
  };
}
