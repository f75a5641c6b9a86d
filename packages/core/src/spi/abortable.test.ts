import { expect, test } from 'vitest';
import { abortable } from './abortable.ts';

async function* hanging(onEnd: () => void): AsyncGenerator<number, void, undefined> {
  try {
    yield 1;
    await new Promise(() => undefined);
  } finally {
    onEnd();
  }
}

test('gives all items of a body that is not aborted', async () => {
  async function* body(): AsyncGenerator<number, void, undefined> {
    yield* [1, 2, 3];
  }
  expect(await Array.fromAsync(abortable(body(), undefined))).toEqual([1, 2, 3]);
  expect(await Array.fromAsync(abortable(body(), new AbortController().signal))).toEqual([1, 2, 3]);
});

test('fails with the reason while an item is awaited', async () => {
  const controller = new AbortController();
  const reason = { why: 'test' };
  const reading = (async () => {
    const items = abortable(
      hanging(() => undefined),
      controller.signal,
    );
    for await (const _ of items) setImmediate(() => controller.abort(reason));
  })();
  await expect(reading).rejects.toBe(reason);
});

test('ends the body when its reader leaves', async () => {
  let ended = false;
  const { signal } = new AbortController();
  for await (const _ of abortable(
    hanging(() => (ended = true)),
    signal,
  ))
    break;
  await expect.poll(() => ended).toBe(true);
});
