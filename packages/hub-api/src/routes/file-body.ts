import type { ServedFile } from '@modelkeep/core';
import type { FileBody } from '../http/hub-answer.ts';

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
    const open = (): AsyncIterable<Uint8Array> => served.open({ start, end });
    return { start, end, localPath: served.localPath, open };
  }
  const iterator = served.open({ start, end })[Symbol.asyncIterator]();
  const first = await iterator.next();
  return { start, end, open: () => resumed(first, iterator) };
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
