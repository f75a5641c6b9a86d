import type { FileBody } from './http/hub-answer.ts';

/** A stream that opens the file when it is read first, and not ahead of its reader. */
export function webBody(body: FileBody): ReadableStream<Uint8Array> {
  let iterator: AsyncIterator<Uint8Array> | undefined;
  const opened = (): AsyncIterator<Uint8Array> => {
    iterator ??= body.open()[Symbol.asyncIterator]();
    return iterator;
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await opened().next();
        if (next.done === true) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel() {
        await opened().return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
