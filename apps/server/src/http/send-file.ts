import type { FileHandle } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import type { BufferPool } from './buffers.ts';
import { SMALL } from './buffers.ts';

/** A reader that takes nothing for this long is gone. */
const STALL_MS = 120_000;

/** Counts the bytes of a body that were handed over. */
export interface Sent {
  bytes: number;
}

/**
 * Sends the bytes of a file from `start` to `end` as fast as the other end takes them: one buffer is filled while the
 * other is on its way. Resolves when all are handed over; rejects if the file is too short or the connection is gone.
 */
export async function sendFile(
  response: ServerResponse,
  file: FileHandle,
  range: { readonly start: number; readonly end: number },
  pool: BufferPool,
  sent: Sent,
): Promise<void> {
  let position = range.start;
  let written: Promise<void> = Promise.resolve();
  let previous: Buffer | undefined;
  try {
    while (position < range.end) {
      const left = range.end - position;
      const buffer = left > SMALL ? (pool.takeLarge() ?? pool.takeSmall()) : pool.takeSmall();
      let bytesRead = 0;
      try {
        ({ bytesRead } = await file.read(buffer, 0, Math.min(buffer.byteLength, left), position));
        if (bytesRead === 0) throw new Error('the file is shorter than it was');
        await written;
      } catch (error) {
        pool.giveBack(buffer);
        throw error;
      }
      if (previous !== undefined) pool.giveBack(previous);
      previous = buffer;
      sent.bytes += bytesRead;
      position += bytesRead;
      written = write(response, buffer.subarray(0, bytesRead));
      // Its failure is thrown by the next await; until then it must not count as unhandled.
      written.catch(() => undefined);
    }
    await written;
    if (previous !== undefined) pool.giveBack(previous);
  } catch (error) {
    response.destroy();
    // What is still on its way may refer to its buffer: that one is left to the garbage collector.
    if (previous !== undefined) pool.leave(previous);
    throw error;
  }
}

/** Hands one chunk over. Resolves when the operating system has it. */
export function write(response: ServerResponse, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    if (response.destroyed) {
      reject(gone());
      return;
    }
    const settle = (error?: Error | null): void => {
      clearTimeout(timer);
      response.off('close', onClose);
      if (error) reject(error);
      else resolve();
    };
    const onClose = (): void => settle(gone());
    const timer = setTimeout(() => response.destroy(gone()), STALL_MS);
    timer.unref();
    response.once('close', onClose);
    response.write(chunk, settle);
  });
}

function gone(): Error {
  return Object.assign(new Error('the other end is gone'), { code: 'ECONNRESET' });
}
