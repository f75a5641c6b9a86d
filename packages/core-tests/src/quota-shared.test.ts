import type { ModelCache, ModelCacheOptions } from '@modelkeep/core';
import type { MetadataStore, ModelSource } from '@modelkeep/core/spi';
import { memoryMetadata, memoryModel, memorySource, seededBytes } from '@modelkeep/testkit/memory';
import { describe, expect, it } from 'vitest';
import { keys, modelOf, pulled, SIZE } from './aged-models.ts';
import { type TestCache, testCache } from './test-cache.ts';

const LARGE = 6_000_000;
const weights = seededBytes(40, LARGE);
const large = memoryModel('org/large', { 'model.bin': weights });

async function read(cache: ModelCache, modelId: string): Promise<number> {
  const file = await cache.hub.file(modelId, 'main', 'model.bin');
  let bytes = 0;
  for await (const chunk of file.open()) bytes += chunk.byteLength;
  return bytes;
}

/** A source whose bytes, or those of the file at `path` alone, wait for `opened`. */
function gated(source: ModelSource, opened: Promise<void>, path?: string): ModelSource {
  const open: ModelSource['open'] = async (...args) => {
    const [, , file] = args;
    if (path === undefined || file.path === path) await opened;
    return source.open(...args);
  };
  return { ...source, open, close: async () => {} };
}

/** How many are bringing contents. */
async function bringersOf({ metadata }: TestCache): Promise<number> {
  const reservations = await metadata.listReservations('nobody');
  return reservations.filter(({ adds }) => (adds?.contents.length ?? 0) > 0).length;
}

/** Several processes on one store that bring the same at the same time: none gets a byte before all have asked for room. */
async function atOnce(
  test: TestCache,
  options: Partial<ModelCacheOptions>,
  quotaBytes: number | undefined,
  bring: (cache: ModelCache) => Promise<unknown>,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const source = gated(test.source, promise);
  const quota = quotaBytes === undefined ? {} : { quotaBytes };
  const sources = [{ name: 'mirror', source, ...quota }];
  const caches = [];
  for (let index = 0; index < 2; index += 1)
    caches.push(await test.another({ ...options, sources }));
  const work = Promise.all(caches.map(bring));
  const bringers = expect.poll(() => bringersOf(test), { timeout: 20_000 });
  try {
    await Promise.race([work, bringers.toBe(caches.length)]);
  } finally {
    resolve();
  }
  await work;
}

describe('the same content, brought by several at once, counts once', () => {
  it('against the quota of a connection, and nothing is evicted for it', async () => {
    const models = [modelOf('a', 1), modelOf('b', 2)];
    await using test = await pulled({ a: 90 }, { models });
    await atOnce(test, { evict: true }, 1.5 * SIZE, (cache) => cache.pullModel('org/b'));
    expect(await keys(test)).toEqual(['hf@org/a', 'hf@org/b']);
  });

  it('against the quota of the store', async () => {
    const models = [modelOf('a', 1), modelOf('b', 2)];
    await using test = await pulled({ a: 90 }, { models });
    const options = { evict: true, quotaBytes: 2.5 * SIZE };
    await atOnce(test, options, undefined, (cache) => cache.pullModel('org/b'));
    expect(await keys(test)).toEqual(['hf@org/a', 'hf@org/b']);
  });

  it('against the quota of the store, whatever of it another has stored by now', async () => {
    const two = modelOf('two', 2, { 'late.bin': seededBytes(3, SIZE) });
    await using test = await pulled({ a: 90 }, { models: [modelOf('a', 1), two] });
    const { promise, resolve } = Promise.withResolvers<void>();
    const source = gated(test.source, promise, 'late.bin');
    const first = await test.another({ sources: [{ name: 'mirror', source }] });
    const second = await test.another({ evict: true, quotaBytes: 3 * SIZE });
    const work = [first.pullModel('org/two')];
    try {
      await expect.poll(() => test.metadata.storedBytes(), { timeout: 20_000 }).toBe(2 * SIZE);
      work.push(second.pullModel('org/two'));
      const bringers = expect.poll(() => bringersOf(test), { timeout: 20_000 });
      await Promise.race([...work, bringers.toBe(2)]);
    } finally {
      resolve();
    }
    await Promise.all(work);
    expect(await keys(test)).toEqual(['hf@org/a', 'hf@org/two']);
  });

  it('where two servers fill one cold file: one fetches it, the other follows', async () => {
    await using test = await testCache({ models: [large] });
    await atOnce(test, { quotaBytes: 1.5 * LARGE }, 1.5 * LARGE, async (cache) => {
      expect(await read(cache, 'org/large')).toBe(LARGE);
    });
    expect(test.source.bytesServed.get('model.bin')).toBe(LARGE);
  });
});

describe('the quota of a connection', () => {
  it('counts what is here through another connection only', async () => {
    await using test = await testCache({ models: [large] });
    await test.cache.pullModel('org/large');
    const copies = ['copy', 'again'].map((name) =>
      memoryModel(`org/${name}`, { 'model.bin': weights }),
    );
    const source = memorySource({ models: copies });
    const mirror = { name: 'mirror', source };
    const full = await test.another({ sources: [{ ...mirror, quotaBytes: LARGE - 1 }] });
    await expect(full.pullModel('org/copy')).rejects.toMatchObject({
      code: 'no-space',
      details: { connection: 'mirror', neededBytes: LARGE },
    });
    expect((await full.inspection.previewPull('org/copy')).fits).toBe(false);
    // Served, but not kept.
    expect(await read(full, 'org/copy')).toBe(LARGE);
    await full.close();
    expect(await test.metadata.storedBytes({ connection: 'mirror' })).toBe(0);

    const more = { name: 'mirror', source: memorySource({ models: copies }), quotaBytes: LARGE };
    const cache = await test.another({ sources: [more] });
    await cache.pullModel('org/copy');
    // From now on the connection has it.
    await cache.pullModel('org/again');
    expect(await test.metadata.storedBytes({ connection: 'mirror' })).toBe(LARGE);
  });

  it('counts what use fills until its model has it', async () => {
    await using test = await testCache({ models: [large] });
    const reserved: unknown[] = [];
    const store = memoryMetadata({ data: test.metadata.data });
    const commit: MetadataStore['commit'] = async (...args) => {
      const reservations = await test.metadata.listReservations('nobody');
      reserved.push(...reservations.flatMap(({ adds }) => adds?.contents ?? []));
      return store.commit(...args);
    };
    const cache = await test.another({ metadata: { ...store, commit } });
    await read(cache, 'org/large');
    expect(reserved).toMatchObject([{ bytes: LARGE }]);
    await expect.poll(() => test.metadata.listReservations('nobody')).toEqual([]);
  });
});
