import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { freeChunk, WriteBack } from '@modelkeep/core/spi';
import { fileError } from '../file-error.ts';
import type { Output } from '../host.ts';

/**
 * Writes the stream to `target`, all or nothing: the file appears when it is complete and on disk. Returns its bytes. What
 * fails with the target is told of it; an error of the stream passes as it is.
 */
export async function writeArchiveFile(
  stream: ReadableStream<Uint8Array>,
  target: string,
): Promise<number> {
  const folder = dirname(target);
  const telling = <Result>(work: Promise<Result>): Promise<Result> =>
    work.catch((error: unknown) => {
      throw fileError(error, 'write', target);
    });
  const temporary = join(folder, `.${basename(target)}.${randomUUID()}.partial`);
  try {
    const file = await telling(open(temporary, 'wx')).catch(async (error: unknown) => {
      await stream.cancel(error);
      throw error;
    });
    let size: number;
    try {
      size = await copy(stream, file, telling);
      await telling(file.sync());
    } finally {
      await telling(file.close());
    }
    await telling(rename(temporary, target));
    await telling(syncFolder(folder));
    return size;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Writes the stream to an open output, as fast as it takes it. Returns its bytes. */
export async function writeArchiveTo(
  stream: ReadableStream<Uint8Array>,
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (!output.write(chunk)) await once(output, 'drain', { signal });
  }
  return size;
}

/** One chunk is read while the one before it is written, and the disk takes what was written before. */
async function copy(
  stream: ReadableStream<Uint8Array>,
  file: FileHandle,
  telling: <Result>(work: Promise<Result>) => Promise<Result>,
): Promise<number> {
  const writeBack = new WriteBack(file);
  let size = 0;
  let writing: Promise<unknown> = Promise.resolve();
  try {
    for await (const chunk of stream) {
      await writing;
      writing = telling(writeAll(file, chunk, size)).then(() => {
        writeBack.note(chunk.byteLength);
        freeChunk(chunk);
      });
      // Its failure is thrown by the next await; until then it must not count as unhandled.
      writing.catch(() => undefined);
      size += chunk.byteLength;
    }
  } finally {
    await writing;
  }
  await telling(writeBack.settle());
  return size;
}

async function writeAll(file: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < chunk.byteLength) {
    const { bytesWritten } = await file.write(
      chunk,
      done,
      chunk.byteLength - done,
      position + done,
    );
    done += bytesWritten;
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder, and needs no such flush.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
