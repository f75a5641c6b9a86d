import type { ServedFile, TakeBuffer } from '@modelkeep/core';
import type { FileBody } from '../http/hub-answer.ts';

const FIRST_BYTES = 64 * 1024;
const CHUNK_BYTES = 1024 * 1024;

/**
 * The body of an answer. A file that is here is opened when it is read; of one that has to be fetched the first bytes are
 * awaited, so that a source that cannot give it is told by the status and not by a body cut short.
 */
export async function openedBody(
  served: ServedFile,
  start: number,
  end: number,
): Promise<FileBody> {
  if (served.localPath !== undefined) {
    served.noteSent();
    const open = (takeBuffer?: TakeBuffer): AsyncIterable<Uint8Array> =>
      served.open({ start, end, ...(takeBuffer === undefined ? {} : { takeBuffer }) });
    return { start, end, localPath: served.localPath, open };
  }
  // The server's buffers are there once the first bytes are.
  let take: TakeBuffer = (bytes) => Buffer.allocUnsafeSlow(Math.min(bytes, FIRST_BYTES));
  const takeBuffer: TakeBuffer = (bytes) => take(bytes);
  const iterator = served.open({ start, end, takeBuffer })[Symbol.asyncIterator]();
  const first = await iterator.next();
  return {
    start,
    end,
    open: (takeServers = (bytes) => Buffer.allocUnsafeSlow(Math.min(bytes, CHUNK_BYTES))) => {
      take = takeServers;
      return resumed(first, iterator);
    },
  };
}

/** What an iteration goes on with. Not a generator: one that was never started would not pass `return` on. */
function resumed(
  first: IteratorResult<Uint8Array>,
  iterator: AsyncIterator<Uint8Array>,
): AsyncIterable<Uint8Array> {
  let waiting: IteratorResult<Uint8Array> | undefined = first;
  const rest: AsyncIterator<Uint8Array> = {
    next() {
      const next = waiting === undefined ? iterator.next() : Promise.resolve(waiting);
      waiting = undefined;
      return next;
    },
    async return() {
      await iterator.return?.();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => rest };
}
