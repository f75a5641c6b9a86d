/** Awaits `pending`, but no longer than until `signal` is aborted; then rejects with its reason. */
export function orAborted<T>(pending: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return pending;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    pending.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** Asks `iterator` to free what it holds. Does not wait: one that hangs must not hold up an abort. */
export function release(iterator: Pick<AsyncIterator<unknown>, 'return'>): void {
  iterator.return?.().then(undefined, () => undefined);
}

/** The same items; an abort ends the wait for the next one. */
export async function* abortable<T>(
  items: AsyncIterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]();
  try {
    for (;;) {
      signal?.throwIfAborted();
      const next = await orAborted(iterator.next(), signal);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    release(iterator);
  }
}
