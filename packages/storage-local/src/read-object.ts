import { type FileHandle, open } from 'node:fs/promises';
import { ModelkeepError, type StorageReadOptions } from '@modelkeep/core/spi';
import { isMissing, storageError } from './file-errors.ts';

const CHUNK = 1024 * 1024;
/** So little is read at once, and no handle stays open. */
const SMALL = 64 * 1024;

/** The bytes of the object at `path` from `start` to `end`. */
export async function readObject(
  path: string,
  key: string,
  { start = 0, end, signal }: StorageReadOptions,
): Promise<ReadableStream<Uint8Array>> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    if (isMissing(error)) throw notFound(key, error);
    throw storageError(error, 'Cannot read', path);
  });
  const range = { path, key, position: start, end: 0 };
  let stays = false;
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw notFound(key, undefined);
    range.end = Math.min(end ?? stats.size, stats.size);
    stays = range.end - start > SMALL;
    if (stays) return fileStream(handle, range, signal);
    return new Blob(start < range.end ? [await readChunk(handle, range)] : []).stream();
  } finally {
    if (!stays) await handle.close();
  }
}

interface Range {
  readonly path: string;
  readonly key: string;
  position: number;
  end: number;
}

function notFound(key: string, cause: unknown): ModelkeepError {
  return new ModelkeepError('object-not-found', `There is no object ${key}`, { cause });
}

function fileStream(
  handle: FileHandle,
  range: Range,
  signal: AbortSignal | undefined,
): ReadableStream<Uint8Array> {
  let onAbort: (() => void) | undefined;

  async function release(): Promise<void> {
    if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort);
    await handle.close();
  }

  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        onAbort = () => {
          controller.error(signal?.reason);
          void release().catch(() => {});
        };
        // An abort that came while the file was opened is told to nobody any more.
        if (signal?.aborted === true) onAbort();
        else signal?.addEventListener('abort', onAbort, { once: true });
      },
      async pull(controller) {
        try {
          const chunk = await readChunk(handle, range);
          if (signal?.aborted === true) return;
          controller.enqueue(chunk);
          if (range.position >= range.end) {
            controller.close();
            await release();
          }
        } catch (error) {
          if (signal?.aborted === true) return;
          controller.error(error);
          await release();
        }
      },
      cancel: release,
    },
    { highWaterMark: 1 },
  );
}

async function readChunk(handle: FileHandle, range: Range): Promise<Uint8Array<ArrayBuffer>> {
  const length = Math.min(CHUNK, range.end - range.position);
  const chunk = Buffer.allocUnsafeSlow(length);
  try {
    const { bytesRead } = await handle.read(chunk, 0, length, range.position);
    if (bytesRead === 0) {
      const message = `${range.key} ended at byte ${range.position} while it was read; it was changed by somebody else`;
      throw new ModelkeepError('storage-failed', message);
    }
    range.position += bytesRead;
    return chunk.subarray(0, bytesRead);
  } catch (error) {
    throw storageError(error, 'Cannot read', range.path);
  }
}
