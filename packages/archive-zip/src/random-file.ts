import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { ModelkeepError } from '@modelkeep/core/spi';

const CHUNK = 1024 * 1024;

/** A file that is read at any place. */
export interface RandomFile extends AsyncDisposable {
  readonly size: number;
  /** The bytes from `start` on, as many as there are but at most `length`. */
  bytes(start: number, length: number): Promise<Buffer>;
  /** The bytes from `start` to `end` in large chunks. */
  chunks(start: number, end: number): AsyncGenerator<Uint8Array>;
  /** The CRC-32 of the bytes from `start` to `end`. */
  checksum(start: number, end: number): Promise<number>;
}

export async function openRandomFile(
  path: string,
  signal: AbortSignal | undefined,
): Promise<RandomFile> {
  async function use<T>(work: () => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (cause) {
      throw new ModelkeepError(
        'storage-failed',
        `the archive ${path} cannot be read: ${(cause as Error).message}`,
        { cause },
      );
    }
  }
  const handle: FileHandle = await use(() => open(path, 'r'));
  const { size } = await use(() => handle.stat());
  const bytes = async (start: number, length: number): Promise<Buffer> => {
    const buffer = Buffer.allocUnsafeSlow(Math.max(0, Math.min(length, size - start)));
    let filled = 0;
    while (filled < buffer.byteLength) {
      const { bytesRead } = await use(() =>
        handle.read(buffer, filled, buffer.byteLength - filled, start + filled),
      );
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  };
  return {
    size,
    bytes,
    async *chunks(start, end) {
      for (let at = start; at < end; ) {
        const chunk = await bytes(at, Math.min(CHUNK, end - at));
        if (chunk.byteLength === 0) return;
        yield chunk;
        at += chunk.byteLength;
      }
    },
    async checksum(start, end) {
      // One buffer for all of it: fresh memory costs more than the sum.
      const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK, end - start));
      let sum = 0;
      for (let at = start; at < end; ) {
        const length = Math.min(buffer.byteLength, end - at);
        const { bytesRead } = await use(() => handle.read(buffer, 0, length, at));
        if (bytesRead === 0) break;
        sum = crc32(buffer.subarray(0, bytesRead), sum);
        at += bytesRead;
      }
      return sum;
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}
