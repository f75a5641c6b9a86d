import { type FileHandle, open } from 'node:fs/promises';
import { ModelkeepError } from '@modelkeep/core/spi';
import type { ChunkSource } from './byte-reader.ts';

/** Behind a jump only a header is surely wanted; who reads on gets large chunks. */
const FIRST_CHUNK = 64 * 1024;
const LARGEST_CHUNK = 1024 * 1024;

/** The chunks of a file, opened when the first is asked for. Jumps cost nothing. */
export function fileChunks(path: string): ChunkSource {
  let opened: Promise<{ readonly handle: FileHandle; readonly size: number }> | undefined;
  let position = 0;
  let chunkSize = FIRST_CHUNK;

  async function openFile(): Promise<{ readonly handle: FileHandle; readonly size: number }> {
    const handle = await open(path, 'r');
    return { handle, size: (await handle.stat()).size };
  }

  async function use<T>(work: (handle: FileHandle, size: number) => Promise<T> | T): Promise<T> {
    try {
      opened ??= openFile();
      const { handle, size } = await opened;
      return await work(handle, size);
    } catch (cause) {
      throw new ModelkeepError(
        'storage-failed',
        `the archive ${path} cannot be read: ${(cause as Error).message}`,
        { cause },
      );
    }
  }

  return {
    async next() {
      const chunk = Buffer.allocUnsafeSlow(chunkSize);
      const { bytesRead } = await use((handle) => handle.read(chunk, 0, chunkSize, position));
      position += bytesRead;
      chunkSize = LARGEST_CHUNK;
      if (bytesRead === 0) return { done: true, value: undefined };
      return { done: false, value: chunk.subarray(0, bytesRead) };
    },
    file: {
      left: () => use((_, size) => Math.max(0, size - position)),
      async jump(bytes) {
        const jumped = await use((_, size) => Math.max(0, Math.min(bytes, size - position)));
        position += jumped;
        chunkSize = FIRST_CHUNK;
        return jumped;
      },
    },
    async return() {
      const file = await opened?.catch(() => undefined);
      await file?.handle.close();
      return { done: true, value: undefined };
    },
  };
}
