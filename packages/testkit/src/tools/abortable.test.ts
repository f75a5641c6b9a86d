import { expect, test } from 'vitest';
import { failureOf } from '../suite/expect-failure.ts';
import { listAll } from '../suite/list-all.ts';
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
  expect(await listAll(abortable(body(), undefined))).toEqual([1, 2, 3]);
  expect(await listAll(abortable(body(), new AbortController().signal))).toEqual([1, 2, 3]);
});

test('fails with the reason while an item is awaited', async () => {
  const controller = new AbortController();
  const reason = { why: 'test' };
  const failure = await failureOf(async () => {
    for await (const _ of abortable(
      hanging(() => undefined),
      controller.signal,
    )) {
      setImmediate(() => controller.abort(reason));
    }
  });
  expect(failure).toBe(reason);
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
