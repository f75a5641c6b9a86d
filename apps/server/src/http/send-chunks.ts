import type { ServerResponse } from 'node:http';
import type { LentBuffers } from './lent-buffers.ts';

/** A reader that takes nothing for this long is gone. */
const STALL_MS = 120_000;

/** Counts the bytes of a body that were handed over. */
export interface Sent {
  bytes: number;
}

/**
 * Sends chunks as fast as the other end takes them: one is read while the one before is on its way. Resolves when all are
 * handed over; rejects if the chunks fail or the connection is gone. `length`: how many bytes they are, `Infinity` if that is not known.
 */
export async function sendChunks(
  response: ServerResponse,
  chunks: AsyncIterable<Uint8Array>,
  buffers: LentBuffers,
  sent: Sent,
  length: number,
): Promise<void> {
  let written: Promise<void> = Promise.resolve();
  let rest = length;
  try {
    for await (const chunk of chunks) {
      // After the last byte nothing may be written, not even nothing.
      if (chunk.byteLength === 0) continue;
      await written;
      sent.bytes += chunk.byteLength;
      rest -= chunk.byteLength;
      written = write(response, chunk).then(() => buffers.giveBack(chunk));
      // A client that has all leaves, whatever is still tidied up here: for it the answer is complete.
      if (rest === 0) response.end();
      // Its failure is thrown by the next await; until then it must not count as unhandled.
      written.catch(() => undefined);
    }
    await written;
  } finally {
    buffers.leave();
  }
}

/** Hands one chunk over. Resolves when the operating system has it. */
function write(response: ServerResponse, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    if (response.destroyed) {
      reject(gone());
      return;
    }
    const settle = (error?: Error | null): void => {
      clearTimeout(timer);
      response.off('close', onClose);
      if (!error) {
        resolve();
        return;
      }
      // Node says that a connection is gone only after it has failed what was being written.
      response.destroy();
      reject(error);
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
