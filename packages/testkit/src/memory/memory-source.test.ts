import { ModelkeepError } from '@modelkeep/core/spi';
import { expect, test } from 'vitest';
import { expectCode, expectReason, failureOf } from '../suite/expect-failure.ts';
import { listAll } from '../suite/list-all.ts';
import { collectBytes } from '../tools/bytes.ts';
import type { OpenFault } from './memory-body.ts';
import { memoryModel, withCommit } from './memory-model.ts';
import { type MemorySource, memorySource, type OpenCall } from './memory-source.ts';

const CONTENT = Buffer.from('0123456789');
const model = memoryModel('org/name', { 'weights.bin': CONTENT, 'README.md': 'text' });
const commit = model.revisions['main'] ?? '';

interface Opened {
  readonly text: string;
  readonly failure: unknown;
  readonly etag: string | undefined;
  readonly start: number;
}

function faulty(fault: (call: OpenCall) => OpenFault | undefined): MemorySource {
  return memorySource({ models: [model], chunkSize: 4, faults: { open: fault } });
}

async function open(
  source: MemorySource,
  options: { start?: number; end?: number; signal?: AbortSignal } = {},
): Promise<Opened> {
  const [file] = await listAll(source.listFiles('org/name', commit));
  if (file === undefined) throw new Error('no file');
  const { body, etag, start } = await source.open('org/name', commit, file, options);
  let text = '';
  let failure: unknown;
  try {
    for await (const chunk of body) text += Buffer.from(chunk).toString('latin1');
  } catch (error) {
    failure = error;
  }
  return { text, failure, etag, start };
}

test('a script is asked at each call, with the attempt', async () => {
  const source = faulty(({ attempt }) =>
    attempt < 3 ? { error: new ModelkeepError('source-unavailable', 'x') } : undefined,
  );
  await expectCode(() => open(source), 'source-unavailable');
  await expectCode(() => open(source), 'source-unavailable');
  expect((await open(source, { start: 2 })).text).toBe('23456789');
  expect(source.openCalls.map(({ attempt, start, end }) => [attempt, start, end])).toEqual([
    [1, 0, 10],
    [2, 0, 10],
    [3, 2, 10],
  ]);
  expect(source.bytesServed.get('weights.bin')).toBe(8);
});

test('a body is cut, broken, damaged or whole where a range was asked', async () => {
  expect(await open(faulty(() => ({ cutAfter: 6 })))).toMatchObject({
    text: '012345',
    failure: undefined,
  });
  const broken = await open(
    faulty(() => ({ breakAfter: 6 })),
    { start: 1 },
  );
  expect(broken.text).toBe('123456');
  expect(broken.failure).toMatchObject({ code: 'source-unavailable', retryable: true });
  expect(
    (
      await open(
        faulty(() => ({ corruptAt: 5 })),
        { start: 3 },
      )
    ).text,
  ).toBe('34\xca6789');
  expect(
    await open(
      faulty(() => ({ ignoreRange: true })),
      { start: 3 },
    ),
  ).toMatchObject({
    text: '0123456789',
    start: 0,
  });
});

test('a body stalls until it is aborted, with the reason', async () => {
  const controller = new AbortController();
  const reason = { why: 'test' };
  setImmediate(() => controller.abort(reason));
  const source = faulty(() => ({ stallAfter: 4 }));
  const stalled = await open(source, { signal: controller.signal });
  expect(stalled).toMatchObject({ text: '0123', failure: reason });
  expect(source.openBodies).toBe(0);
});

test('a body holds its next bytes back until it is let go on, or aborted', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const source = faulty(() => ({ hold: { after: 4, until: promise } }));
  const controller = new AbortController();
  const reason = { why: 'test' };
  const [going, left] = [open(source), open(source, { signal: controller.signal })];
  await expect.poll(() => source.bytesServed.get('weights.bin')).toBe(8);
  controller.abort(reason);
  expect(await left).toMatchObject({ text: '0123', failure: reason });
  expect(source.openBodies).toBe(1);
  resolve();
  expect(await going).toMatchObject({ text: '0123456789', failure: undefined });
});

test('an answer is delayed, and the delay can be aborted', async () => {
  expect((await open(faulty(() => ({ delayMs: 1, chunkDelayMs: 1 })))).text).toBe('0123456789');
  const reason = { why: 'test' };
  const signal = AbortSignal.abort(reason);
  const [file] = await listAll(faulty(() => undefined).listFiles('org/name', commit));
  if (file === undefined) throw new Error('no file');
  const slow = faulty(() => ({ delayMs: 1_000_000 }));
  await expectReason(() => slow.open('org/name', commit, file, { signal }), reason);
  const controller = new AbortController();
  const opening = slow.open('org/name', commit, file, { signal: controller.signal });
  controller.abort(reason);
  await expectReason(() => opening, reason);
});

test('the identity is the content’s, unless the script says otherwise', async () => {
  const plain = await open(faulty(() => undefined));
  expect(plain.etag).toMatch(/^"[0-9a-f]{64}"$/);
  expect((await open(faulty(() => ({ etag: '"other"' })))).etag).toBe('"other"');
});

test('a branch moves, and the old commit stays', async () => {
  const source = memorySource({ models: [model] });
  const next = memoryModel('org/name', { 'weights.bin': 'new' });
  source.setModel(withCommit(model, next));
  expect((await source.resolve('org/name', 'main')).commit).toBe(next.revisions['main']);
  expect((await source.resolve('org/name', commit)).commit).toBe(commit);
  expect(await listAll(source.listFiles('org/name', commit))).toHaveLength(2);
});

test('resolve and listFiles fail as the script says; nothing goes after close', async () => {
  const source = memorySource({ models: [model] });
  const error = new ModelkeepError('offline', 'x');
  source.setFaults({ resolve: () => error, listFiles: () => error });
  expect(await failureOf(() => source.resolve('org/name', 'main'))).toBe(error);
  expect(await failureOf(() => listAll(source.listFiles('org/name', commit)))).toBe(error);
  source.setFaults({});
  const [file] = await listAll(source.listFiles('org/name', commit));
  await source.close();
  if (file === undefined) throw new Error('no file');
  await expectCode(() => source.open('org/name', commit, file), 'source-unavailable');
});

test('a body that is not read counts as open', async () => {
  const source = faulty(() => undefined);
  const [file] = await listAll(source.listFiles('org/name', commit));
  if (file === undefined) throw new Error('no file');
  const { body } = await source.open('org/name', commit, file);
  expect(source.openBodies).toBe(1);
  expect(Buffer.from(await collectBytes(body))).toEqual(CONTENT);
  expect(source.openBodies).toBe(0);
});
