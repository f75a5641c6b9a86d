import type { Reservation } from '@modelkeep/core/spi';
import { memoryMetadata, memoryModel, seededBytes } from '@modelkeep/testkit/memory';
import { describe, expect, it } from 'vitest';
import { age, DAY, keys, modelOf, pulled, SIZE } from './aged-models.ts';

const [a, b, c] = [modelOf('a', 1), modelOf('b', 2), modelOf('c', 3)];

describe('a quota', () => {
  it('refuses what does not fit, with the numbers', async () => {
    await using test = await pulled({ a: 90 }, { models: [a, b], quotaBytes: 15_000 });
    await expect(test.cache.pullModel('org/b')).rejects.toMatchObject({
      code: 'no-space',
      message: expect.stringContaining('5.0 kB left (10.0 kB used); 5.0 kB short') as string,
      details: { neededBytes: SIZE, quotaBytes: 15_000, usedBytes: SIZE, missingBytes: 5000 },
    });
    expect(await keys(test)).toEqual(['hf@org/a']);
    expect(test.source.openCalls).toHaveLength(1);
  });

  it('waits a heartbeat for what others have reserved, as it may be stored by now', async () => {
    await using test = await pulled({ a: 90 }, { models: [a, b], quotaBytes: 2 * SIZE });
    const other = { owner: 'other', ttlMs: 60_000, bytes: SIZE };
    await test.metadata.acquireLeases(['ingest/other'], other);
    const { listReservations } = test.metadata;
    let asked = 0;
    test.metadata.listReservations = async (...args) => {
      asked += 1;
      // More than a second later.
      if (asked === 9) await test.metadata.releaseLeases('other');
      return listReservations(...args);
    };
    await test.cache.pullModel('org/b');
    expect(await keys(test)).toEqual(['hf@org/a', 'hf@org/b']);
    expect(asked).toBeGreaterThan(8);
  });

  it('counts the whole of what others are bringing, however much of it they have on their disks', async () => {
    const options = { models: [a, b], quotaBytes: 2.5 * SIZE, fetch: { leaseTtlMs: 3000 } };
    await using test = await pulled({ a: 90 }, options);
    await test.metadata.acquireLeases(['ingest/other'], {
      ...{ owner: 'other', ttlMs: 60_000, bytes: 1 },
      adds: { connection: 'memory', contents: [{ id: 'sha256-other', bytes: SIZE }] },
    });
    await expect(test.cache.pullModel('org/b')).rejects.toMatchObject({
      code: 'no-space',
      details: { usedBytes: SIZE, reservedBytes: SIZE, missingBytes: SIZE / 2 },
    });
    expect(await keys(test)).toEqual(['hf@org/a']);
  });

  it('of a connection counts what others are bringing through it, until they are done', async () => {
    await using test = await pulled({ a: 90 }, { models: [a, b] });
    const { source, metadata } = test;
    const mirror = { name: 'mirror', source: { ...source, close: async () => {} } };
    const options = { sources: [{ ...mirror, quotaBytes: 15_000 }], fetch: { leaseTtlMs: 3000 } };
    const cache = await test.another(options);
    const reserve = (owner: string, connection: string): Promise<unknown> =>
      metadata.acquireLeases([`ingest/${owner}`], {
        ...{ owner, ttlMs: 60_000 },
        adds: { connection, contents: [{ id: 'sha256-other', bytes: SIZE }] },
      });
    await reserve('other', 'mirror');
    await reserve('elsewhere', 'memory');
    await expect(cache.pullModel('org/b')).rejects.toMatchObject({
      code: 'no-space',
      message: expect.stringContaining('(0 B used, 10.0 kB reserved); 5.0 kB short') as string,
      details: { connection: 'mirror', reservedBytes: SIZE, missingBytes: 5000 },
    });
    await metadata.releaseLeases('other');
    await metadata.releaseLeases('elsewhere');
    let reserved: readonly Reservation[] = [];
    const commit = test.metadata.commit.bind(test.metadata);
    const other = await test.another({
      ...options,
      metadata: Object.assign(memoryMetadata({ data: metadata.data }), {
        commit: async (...args: Parameters<typeof commit>) => {
          reserved = await metadata.listReservations('nobody');
          return commit(...args);
        },
      }),
    });
    await other.pullModel('org/b');
    // All of it up to the commit, from which on it counts as what came through the connection.
    const contents = [{ id: expect.stringMatching(/^(sha256|git)-/) as string, bytes: SIZE }];
    expect(reserved).toMatchObject([{ adds: { connection: 'mirror', contents } }]);
    expect(await metadata.listReservations('nobody')).toEqual([]);
    expect(await metadata.storedBytes({ connection: 'mirror' })).toBe(SIZE);
  });

  it('makes room first where models may be evicted', async () => {
    const options = { models: [a, b, c], quotaBytes: 25_000, evict: true };
    await using test = await pulled({ a: 90, b: 60 }, options);
    const messages: string[] = [];
    await test.cache.pullModel('org/c', {
      onEvent: (event) => void (event.type === 'warning' && messages.push(event.message)),
    });
    expect(await keys(test)).toEqual(['hf@org/b', 'hf@org/c']);
    expect(messages).toEqual(['evicted org/a to make room (10.0 kB): used 90 days ago']);
  });

  it('evicts nothing for what would not fit all the same', async () => {
    const big = memoryModel('org/big', { 'model.bin': seededBytes(6, 3 * SIZE) });
    const options = { models: [a, b, big], quotaBytes: 35_000, evict: true };
    await using test = await pulled({ a: 90, b: 60 }, options);
    await test.cache.setPinned('org/b', true);
    await expect(test.cache.pullModel('org/big')).rejects.toMatchObject({
      code: 'no-space',
      message: expect.stringContaining('modelkeep evict --dry-run tells what stays') as string,
    });
    expect(await keys(test)).toEqual(['hf@org/a', 'hf@org/b']);
  });

  it('of a connection counts and evicts only what came through it', async () => {
    await using test = await pulled({ a: 90, b: 60 }, { models: [a, b, c] });
    const { source } = test;
    const mirror = { name: 'mirror', source: { ...source, name: 'mirror', close: async () => {} } };
    const cache = await test.another({ sources: [{ ...mirror, quotaBytes: 15_000 }], evict: true });
    await cache.pullModel('org/c');
    age(test, 'hf@org/c', 10);
    const d = modelOf('d', 20);
    source.setModel(d);
    await cache.pullModel('org/d');
    expect(await keys(test)).toEqual(['hf@org/a', 'hf@org/b', 'hf@org/d']);
    expect(await test.metadata.storedBytes({ connection: 'mirror' })).toBe(SIZE);
  });

  it('that use passes is kept in the background, and use goes on without keeping where it cannot be', async () => {
    const options = { models: [a, b, c], quotaBytes: 15_000, evict: true };
    await using test = await pulled({ a: 90 }, options);
    const read = async (modelId: string): Promise<number> => {
      const file = await test.cache.hub.file(modelId, 'main', 'model.bin');
      let bytes = 0;
      for await (const chunk of file.open()) bytes += chunk.byteLength;
      return bytes;
    };
    // So small a file is not asked for room: it passes the quota, and the oldest goes.
    expect(await read('org/b')).toBe(SIZE);
    await expect.poll(() => keys(test), { timeout: 20_000 }).toEqual(['hf@org/b']);
    await expect.poll(() => test.metadata.storedBytes(), { timeout: 20_000 }).toBe(SIZE);
    const large = memoryModel('org/large', { 'model.bin': seededBytes(30, 6_000_000) });
    test.source.setModel(large);
    expect(await read('org/large')).toBe(6_000_000);
    expect(await keys(test)).toEqual(['hf@org/b']);
  });
});

it('notes a use through an endpoint, as an eviction goes by it', async () => {
  await using test = await pulled({ a: 90 }, { models: [a] });
  const file = await test.cache.hub.file('org/a', 'main', 'model.bin');
  for await (const _ of file.open()) break;
  await expect
    .poll(async () => (await test.cache.findModel('org/a')).lastUsed)
    .toBeGreaterThan(Date.now() - DAY);
});
