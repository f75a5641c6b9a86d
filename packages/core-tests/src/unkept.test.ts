import type { UnkeptFile } from '@modelkeep/core';
import { ModelkeepError } from '@modelkeep/core/spi';
import { memoryModel, seededBytes } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { type TestCache, testCache } from './test-cache.ts';

const MIB = 1024 * 1024;
const weights = Buffer.from(seededBytes(7, 4 * MIB + 5));
const model = memoryModel('org/name', { 'config.json': '{"a":1}', 'model.safetensors': weights });

/** Writes fail until what is returned is called. */
function refuseWrites({ storage }: TestCache, error: Error): () => void {
  const { write, ingestFile } = storage;
  const refuse = (): Promise<never> => Promise.reject(error);
  Object.assign(storage, { write: refuse, ...(ingestFile && { ingestFile: refuse }) });
  return () => void Object.assign(storage, { write, ...(ingestFile && { ingestFile }) });
}

async function read({ cache }: TestCache, path: string): Promise<Buffer> {
  const file = await cache.hub.file('org/name', 'main', path);
  return Buffer.concat(await Array.fromAsync(file.open()));
}

it.each([
  ['refuses', new ModelkeepError('storage-failed', 'these credentials may not do that')],
  ['is full', new ModelkeepError('no-space', 'the bucket takes no more')],
])(
  'what is proved is given whole where the store %s, and that it is not kept is told',
  async (_, error) => {
    await using test = await testCache({ models: [model] });
    const accept = refuseWrites(test, error);
    const told: UnkeptFile[] = [];
    test.cache.inspection.onUnkept(() => {
      throw new Error('of a listener');
    });
    test.cache.inspection.onUnkept((unkept) => void told.push(unkept));
    expect((await read(test, 'model.safetensors')).equals(weights)).toBe(true);
    expect(told).toEqual([{ modelId: 'org/name', path: 'model.safetensors', error }]);
    expect((await read(test, 'config.json')).toString()).toBe('{"a":1}');
    expect(told.map(({ path }) => path)).toEqual(['model.safetensors', 'config.json']);
    await expect(test.cache.pullModel('org/name')).rejects.toMatchObject({ code: error.code });
    // What came is kept on this machine for the next who asks.
    expect((await read(test, 'model.safetensors')).equals(weights)).toBe(true);
    expect(test.source.bytesServed.get('model.safetensors')).toBe(weights.length);
    accept();
    await test.cache.pullModel('org/name');
    expect(test.source.bytesServed.get('model.safetensors')).toBe(weights.length);
    expect((await read(test, 'model.safetensors')).equals(weights)).toBe(true);
  },
);

it('a store that is away for a moment is waited for, and its failure is not hidden', async () => {
  await using test = await testCache({
    models: [model],
    fetch: { maxAttempts: 2, retryDelayMs: 1 },
  });
  refuseWrites(test, new ModelkeepError('storage-failed', 'away', { retryable: true }));
  for (const path of ['config.json', 'model.safetensors'])
    await expect(read(test, path)).rejects.toMatchObject({ retryable: true });
});

it.each([
  ['a volume has no room', 100 * MIB, { freeBytes: 1, totalBytes: 2 * MIB }, ['no-space']],
  ['a quota lets nothing more in', MIB, undefined, []],
])(
  'where %s, what is read is given, and only the volume is told of',
  async (_, quotaBytes, capacity, codes) => {
    await using test = await testCache({ models: [model], quotaBytes });
    Object.assign(test.storage, { capacity: () => Promise.resolve(capacity) });
    const told: UnkeptFile[] = [];
    test.cache.inspection.onUnkept((unkept) => void told.push(unkept));
    expect((await read(test, 'model.safetensors')).equals(weights)).toBe(true);
    expect(told.map(({ error }) => error)).toEqual(
      codes.map((code) => expect.objectContaining({ code })),
    );
  },
);
