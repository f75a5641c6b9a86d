import type { CacheEvent, CopyOptions, CopyReport, StoreBackends } from '@modelkeep/core';
import { ModelkeepError, type Storage } from '@modelkeep/core/spi';
import {
  faultyStorage,
  type MemoryObject,
  memoryMetadata,
  memoryModel,
  memoryStorage,
  seededBytes,
  sha256Of,
} from '@modelkeep/testkit/memory';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestCache, testCache } from './test-cache.ts';

const WEIGHTS = seededBytes('weights', 300_000);
const one = memoryModel('org/one', { 'a.json': '{"a":1}', 'b.bin': WEIGHTS });
const two = memoryModel('org/two', { 'a.json': '{"a":1}', 'c.bin': seededBytes('c', 90_000) });
const moved = memoryModel('org/one', { 'a.json': '{"a":2}', 'b.bin': WEIGHTS });
const BYTES = 7 + 300_000 + 90_000;

let old: TestCache;
let fresh: TestCache;

beforeEach(async () => {
  old = await testCache({ models: [one, two] });
  fresh = await testCache();
  await old.cache.pullModel('org/one');
  await old.cache.pullModel('org/two');
});
afterEach(async () => {
  await old[Symbol.asyncDispose]();
  await fresh[Symbol.asyncDispose]();
});

/** The old store's backends, as another process opens them. */
function backends(wrap: (storage: Storage) => Storage = (storage) => storage): StoreBackends {
  return {
    storage: wrap(memoryStorage({ objects: old.storage.objects })),
    metadata: memoryMetadata({ data: old.metadata.data }),
  };
}

const copy = (options?: CopyOptions): Promise<CopyReport> =>
  fresh.cache.copyStore(backends(), options);

function blobKeyOf(content: Uint8Array): string {
  const digest = sha256Of(content);
  return `blobs/sha256/${digest.slice(0, 2)}/${digest}`;
}

function damage(content: Uint8Array): void {
  const key = blobKeyOf(content);
  const object = old.storage.objects.get(key) as MemoryObject;
  const bytes = Uint8Array.from(object.content);
  bytes[5] = ~(bytes[5] ?? 0);
  old.storage.objects.set(key, { ...object, content: bytes });
}

describe('copyStore', () => {
  it('carries entries, commits, usage, pins and contents, each content once', async () => {
    await old.cache.setPinned('org/two', true);
    await old.metadata.touchEntry('hf@org/one', { lastUsed: 12_345, lastUsedBy: 'ada' });
    const events: CacheEvent[] = [];
    const report = await copy({ onEvent: (event) => events.push(event) });
    expect(report).toMatchObject({
      dryRun: false,
      models: 2,
      copied: { count: 3, bytes: BYTES },
      present: { count: 0, bytes: 0 },
      problems: [],
      newer: [],
    });
    for (const key of ['hf@org/one', 'hf@org/two'])
      expect(await fresh.metadata.getEntry(key)).toEqual(await old.metadata.getEntry(key));
    expect(await fresh.cache.verifyModels()).toMatchObject({ models: 2, problems: [] });
    expect(fresh.source.openCalls).toEqual([]);
    expect(events[0]).toMatchObject({ type: 'planned', totalFiles: 3, totalBytes: BYTES });
    expect(events.at(-1)).toMatchObject({ type: 'progress', doneBytes: BYTES, doneFiles: 3 });
  });

  it('brings what has changed when it is made again, and reads nothing twice', async () => {
    await copy();
    const reads: string[] = [];
    const counted = (storage: Storage): Storage =>
      faultyStorage(storage, ({ method, key }) => {
        if (method === 'read' && key.startsWith('blobs/')) reads.push(key);
        return undefined;
      });
    expect(await fresh.cache.copyStore(backends(counted))).toMatchObject({
      copied: { count: 0 },
      present: { count: 3, bytes: BYTES },
    });
    expect(reads).toEqual([]);
    old.source.setModel(moved);
    await old.cache.pullModel('org/one');
    expect(await fresh.cache.copyStore(backends(counted))).toMatchObject({ copied: { count: 1 } });
    expect(reads).toHaveLength(1);
    const details = await fresh.cache.showModel('org/one');
    expect(details.commit).toBe(moved.revisions['main']);
    expect(details.commits).toHaveLength(2);
  });

  it('keeps what was fetched here later', async () => {
    const own = await testCache({ models: [moved] });
    await own.cache.pullModel('org/one');
    const report = await own.cache.copyStore(backends());
    expect(report.newer).toEqual(['hf@org/one']);
    expect((await own.cache.findModel('org/one')).commit).toBe(moved.revisions['main']);
    expect((await own.cache.showModel('org/one')).commits).toHaveLength(2);
    await own[Symbol.asyncDispose]();
  });

  it('names a damaged content, stores the rest, and takes it once it is mended', async () => {
    const { content } = old.storage.objects.get(blobKeyOf(WEIGHTS)) as MemoryObject;
    damage(content);
    const report = await copy();
    const digest = sha256Of(WEIGHTS);
    expect(report.problems).toMatchObject([{ modelId: 'org/one', path: 'b.bin', digest }]);
    expect(report.problems[0]?.reason).toContain('damaged');
    expect(fresh.storage.objects.has(blobKeyOf(WEIGHTS))).toBe(false);
    expect(await fresh.metadata.getEntry('hf@org/one')).toMatchObject({ complete: false });
    expect(await fresh.metadata.getEntry('hf@org/two')).toMatchObject({ complete: true });
    const object = old.storage.objects.get(blobKeyOf(WEIGHTS)) as MemoryObject;
    old.storage.objects.set(object.key, { ...object, content });
    expect(await copy()).toMatchObject({ problems: [], copied: { count: 1 } });
    expect(await fresh.metadata.getEntry('hf@org/one')).toMatchObject({ complete: true });
    expect(await fresh.cache.verifyModels()).toMatchObject({ problems: [] });
  });

  it('tries again where the old store breaks off, and ends where it cannot be reached', async () => {
    const error = new ModelkeepError('storage-failed', 'cut off', { retryable: true });
    const flaky = (most: number) => (storage: Storage) =>
      faultyStorage(storage, ({ method, key, count }) =>
        method === 'read' && key.startsWith('blobs/') && count <= most
          ? { error, at: 3 }
          : undefined,
      );
    await expect(fresh.cache.copyStore(backends(flaky(99)))).rejects.toThrow('cut off');
    expect(await fresh.cache.copyStore(backends(flaky(3)))).toMatchObject({ problems: [] });
    expect(await fresh.cache.verifyModels()).toMatchObject({ models: 2, problems: [] });
  });

  it('needs no second copy of the bytes where both stores share the storage', async () => {
    const shared = await testCache();
    const storage = memoryStorage({
      objects: old.storage.objects,
      workspace: shared.folder,
    });
    const index = memoryMetadata();
    const cache = await shared.another({ storage, metadata: index });
    const keys = [...old.storage.objects.keys()].filter((key) => key.startsWith('blobs/'));
    const receipts = keys.map((key) => old.storage.objects.get(key)?.receipt);
    expect(await cache.copyStore(backends())).toMatchObject({ copied: { count: 3 } });
    expect(keys.map((key) => old.storage.objects.get(key)?.receipt)).toEqual(receipts);
    expect(await cache.verifyModels()).toMatchObject({ models: 2, problems: [] });
    await shared[Symbol.asyncDispose]();
  });

  it('only tells, in a dry run', async () => {
    await old.metadata.putRecord('users', 'ada', { role: 'admin' });
    const report = await copy({ dryRun: true, records: [{ collection: 'users' }] });
    expect(report).toMatchObject({
      dryRun: true,
      models: 2,
      copied: { count: 3, bytes: BYTES },
      records: { users: 1 },
    });
    expect([...fresh.storage.objects.keys()]).toEqual(['store.json']);
    expect(await fresh.metadata.getRecord('users', 'ada')).toBeUndefined();
    expect(await Array.fromAsync(fresh.metadata.listEntries())).toEqual([]);
  });

  it('refuses a place without a store, and its own', async () => {
    const nowhere = { storage: memoryStorage(), metadata: memoryMetadata() };
    await expect(fresh.cache.copyStore(nowhere)).rejects.toThrow('no store of Modelkeep');
    expect(
      await nowhere.storage.open().then(
        () => nowhere.storage.stat('store.json'),
        () => 0,
      ),
    ).toBe(0);
    const self = {
      storage: memoryStorage({ objects: fresh.storage.objects }),
      metadata: memoryMetadata({ data: fresh.metadata.data }),
    };
    await expect(fresh.cache.copyStore(self)).rejects.toThrow('the same index');
  });

  it('stops when it is told to, and goes on', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    const onEvent = ({ type }: CacheEvent): void => {
      if (type === 'file-done') stop.abort(reason);
    };
    await expect(copy({ signal: stop.signal, onEvent })).rejects.toBe(reason);
    const { copied } = await copy();
    expect(copied.count).toBeLessThan(3);
    expect(await fresh.cache.verifyModels()).toMatchObject({ models: 2, problems: [] });
  });
});

describe('records', () => {
  const records = [{ collection: 'users', mirror: true }, { collection: 'audit' }];
  const names = async (test: TestCache, collection: string): Promise<string[]> =>
    (await Array.fromAsync(test.metadata.listRecords(collection))).map(({ id }) => id);

  beforeEach(async () => {
    for (const name of ['ada', 'bob'])
      await old.metadata.putRecord('users', name, { role: 'user' });
    await old.metadata.putRecord('audit', '1', { action: 'x' });
    await fresh.metadata.putRecord('users', 'own', { role: 'admin' });
  });

  it('go along, and with the original goes the copy, but nothing that was made here', async () => {
    expect((await copy({ records })).records).toMatchObject({ users: 2, audit: 1 });
    expect(await names(fresh, 'users')).toEqual(['ada', 'bob', 'own']);
    await old.metadata.removeRecord('users', 'bob');
    await old.metadata.removeRecord('audit', '1');
    expect((await copy({ records })).records).toMatchObject({ users: 1, audit: 0 });
    expect(await names(fresh, 'users')).toEqual(['ada', 'own']);
    expect(await names(fresh, 'audit')).toEqual(['1']);
  });

  it('that were changed last win', async () => {
    await copy({ records });
    await fresh.metadata.putRecord('users', 'ada', { role: 'changed here' });
    await copy({ records });
    const roleOf = async (name: string): Promise<unknown> =>
      (await fresh.metadata.getRecord('users', name))?.value;
    expect(await roleOf('ada')).toEqual({ role: 'changed here' });
    await expect
      .poll(async () => {
        await old.metadata.putRecord('users', 'bob', { role: 'admin' });
        await copy({ records });
        return roleOf('bob');
      })
      .toEqual({ role: 'admin' });
  });

  it('that were removed here stay away', async () => {
    await copy({ records });
    await fresh.metadata.removeRecord('users', 'bob');
    for (let time = 0; time < 2; time += 1) await copy({ records });
    expect(await names(fresh, 'users')).toEqual(['ada', 'own']);
  });

  it('of a chain are copied as far as both have the same', async () => {
    const chain = [{ collection: 'audit', onDifference: 'chain' as const }];
    await copy({ records: chain });
    await fresh.metadata.putRecord('audit', '2', { action: 'here' });
    for (const id of ['2', '3']) await old.metadata.putRecord('audit', id, { action: 'there' });
    expect((await copy({ records: chain })).records).toMatchObject({ audit: 0 });
    expect(await names(fresh, 'audit')).toEqual(['1', '2']);
    expect((await fresh.metadata.getRecord('audit', '2'))?.value).toEqual({ action: 'here' });
  });

  it('that keep others from reading are there before any model', async () => {
    await old.metadata.putRecord('restricted', 'org/one@x', { gated: true, private: false });
    const error = new ModelkeepError('no-space', 'full');
    const full = await testCache({ totalBytes: 100 });
    await expect(full.cache.copyStore(backends())).rejects.toMatchObject({ code: error.code });
    expect(await full.metadata.getRecord('restricted', 'org/one@x')).toBeDefined();
    await full[Symbol.asyncDispose]();
  });
});
