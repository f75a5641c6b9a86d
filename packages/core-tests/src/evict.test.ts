import type { EvictOptions, ModelCacheOptions } from '@modelkeep/core';
import { memoryModel, seededBytes, withCommit } from '@modelkeep/testkit/memory';
import { describe, expect, it } from 'vitest';
import { age, facts, keys, modelOf, pulled, SIZE } from './aged-models.ts';
import { testCache } from './test-cache.ts';

const [a, b, c] = [modelOf('a', 1), modelOf('b', 2), modelOf('c', 3)];

describe('evictModels', () => {
  it('removes what was not used for longest, and no more than it must', async () => {
    await using test = await pulled({ a: 3, b: 90, c: 30 }, { models: [a, b, c] });
    const report = await test.cache.evictModels({ toBytes: 2 * SIZE });
    expect(report).toMatchObject({ dryRun: false, usedBytes: 3 * SIZE, freedBytes: SIZE });
    expect(facts(report)).toEqual({
      'hf@org/b': `least-recently-used ${SIZE}`,
      'hf@org/c': 'enough',
      'hf@org/a': 'enough',
    });
    expect(report.choices.map(({ why }) => why)).toEqual([
      'used 90 days ago',
      'used 30 days ago: enough is freed without it',
      'used 3 days ago: enough is freed without it',
    ]);
    expect(await keys(test)).toEqual(['hf@org/a', 'hf@org/c']);
    expect(await test.metadata.storedBytes()).toBe(2 * SIZE);
    expect(test.cache.inspection.evictions()).toEqual({ count: 1, bytes: SIZE });
  });

  it('tells the same beforehand, and removes nothing then', async () => {
    await using test = await pulled({ a: 3, b: 90, c: 30 }, { models: [a, b, c] });
    const told = await test.cache.evictModels({ toBytes: SIZE, dryRun: true });
    expect(await keys(test)).toHaveLength(3);
    const { dryRun: _, ...done } = await test.cache.evictModels({ toBytes: SIZE });
    expect(told).toEqual({ ...done, dryRun: true });
  });

  it('keeps what is pinned, used lately or imported, and says so', async () => {
    await using test = await pulled({ a: 90, b: 0.001, c: 30 }, { models: [a, b, c] });
    await test.cache.setPinned('org/a', true);
    const imported = test.metadata.data.entries.get('hf@org/c');
    if (imported === undefined) throw new Error('no c');
    const { connection: _, ...entry } = imported;
    test.metadata.data.entries.set('hf@org/c', entry);
    expect(facts(await test.cache.evictModels({ toBytes: 0 }))).toEqual({
      'hf@org/a': 'pinned',
      'hf@org/b': 'recently-used',
      'hf@org/c': 'imported',
    });
    const all = { toBytes: 0, imported: true, unusedForMs: 0 };
    await test.cache.setPinned('org/a', false);
    expect((await test.cache.evictModels(all)).freedBytes).toBe(3 * SIZE);
    expect(await test.metadata.blobTotals()).toMatchObject({ count: 0 });
  });

  it('counts reads by commit, as clients ask that have asked what a branch means', async () => {
    await using test = await pulled({ a: 90, b: 30 }, { models: [a, b] });
    const [commit = ''] = Object.keys(a.commits);
    await test.cache.hub.file('org/a', commit, 'model.bin');
    await expect.poll(async () => (await test.cache.findModel('org/a')).lastUsedBy).toBe('tester');
    await test.cache.evictModels({ toBytes: SIZE, unusedForMs: 0 });
    expect(await keys(test)).toEqual(['hf@org/a']);
  });

  it('counts shared contents once: what frees nothing alone goes with who shares it', async () => {
    const weights = { 'shared.bin': seededBytes(9, SIZE) };
    const models = [
      memoryModel('org/a', weights),
      memoryModel('org/b', { ...weights, 'own.bin': seededBytes(8, 10) }),
      memoryModel('org/c', { ...weights, 'more.bin': seededBytes(7, 100) }),
    ];
    await using test = await pulled({ a: 90, b: 60, c: 30 }, { models });
    const dryRun = { dryRun: true } as const;
    const few = await test.cache.evictModels({ toBytes: SIZE + 100, ...dryRun });
    expect(facts(few)).toEqual({
      'hf@org/b': 'least-recently-used 10',
      'hf@org/c': 'enough',
      'hf@org/a': 'shared',
    });
    expect(few.choices[0]?.why).toBe('used 60 days ago; shares 10.0 kB with org/c');
    expect(few.choices[2]?.why).toMatch(/^frees nothing: all of its 10.0 kB are shared with org/);
    const all = await test.cache.evictModels({ toBytes: 0 });
    expect(facts(all)).toEqual({
      'hf@org/b': 'least-recently-used 10',
      'hf@org/a': 'least-recently-used 0',
      'hf@org/c': `least-recently-used ${SIZE + 100}`,
    });
    expect(all.freedBytes).toBe(SIZE + 110);
    expect(await test.metadata.storedBytes()).toBe(0);
  });

  it('takes old commits first, and two entries of one commit together', async () => {
    const tagged = { ...a, revisions: { ...a.revisions, v1: a.revisions['main'] ?? '' } };
    await using test = await pulled({ a: 10 }, { models: [tagged] });
    await test.cache.pullModel('org/a@v1');
    age(test, 'hf@org/a@v1', 5);
    test.source.setModel(withCommit(tagged, modelOf('a', 4)));
    await test.cache.pullModel('org/a');
    age(test, 'hf@org/a', 4);
    expect(facts(await test.cache.evictModels({ toBytes: SIZE, dryRun: true }))).toEqual({
      'hf@org/a@v1': `least-recently-used ${SIZE}`,
      'hf@org/a': 'enough',
    });
    await test.cache.removeModel('org/a@v1');
    test.source.setModel(withCommit(tagged, modelOf('a', 5)));
    const old = await test.cache.findModel('org/a');
    await test.cache.pullModel('org/a');
    age(test, 'hf@org/a', 1);
    const report = await test.cache.evictModels({ toBytes: SIZE });
    expect(facts(report)).toEqual({
      [`hf@org/a@${old.commit}`]: `old-commit ${SIZE}`,
      'hf@org/a': 'enough',
    });
    expect((await test.cache.verifyModels()).problems).toEqual([]);
  });

  it('frees what nothing refers to before it takes a model', async () => {
    await using test = await pulled({ a: 90, b: 60 }, { models: [a, b] });
    test.metadata.data.entries.delete('hf@org/b');
    for (const [key, { modelId }] of test.metadata.data.snapshots) {
      if (modelId === 'org/b') test.metadata.data.snapshots.delete(key);
    }
    const report = await test.cache.evictModels({ toBytes: SIZE });
    expect(report).toMatchObject({ unreferencedBytes: SIZE, freedBytes: SIZE });
    expect(facts(report)).toEqual({ 'hf@org/a': 'enough' });
  });

  it('spares what another process stores, reads or exports at this moment', async () => {
    await using test = await pulled({ a: 90, b: 60 }, { models: [a, b] });
    const other = await test.another();
    const model = await other.openModel('org/a', { countUse: false });
    const [file] = model.files;
    const reading = model
      .content(file?.digest ?? '')
      .open()
      [Symbol.asyncIterator]();
    await reading.next();
    const held = async (): Promise<unknown> =>
      (await test.metadata.listLeases('holding/')).map(({ key }) => key.split(' ')[0]);
    await expect.poll(held).toEqual(['holding/org/a']);
    expect(facts(await test.cache.evictModels({ toBytes: 0 }))).toEqual({
      'hf@org/a': 'in-use',
      'hf@org/b': `least-recently-used ${SIZE}`,
    });
    await reading.return?.();
    // It lingers only so as to be taken up again by the same process.
    expect(facts(await other.evictModels({ toBytes: 0 }))).toEqual({
      'hf@org/a': `least-recently-used ${SIZE}`,
    });
  });

  it('spares what a running download may still use', async () => {
    await using test = await pulled({ a: 90 }, { models: [a, b] });
    test.source.setFaults({ open: () => ({ stallAfter: 0 }) });
    const stop = new AbortController();
    const pulling = test.cache.pullModel('org/b', { signal: stop.signal });
    pulling.catch(() => {});
    await expect.poll(() => test.metadata.listLeases('ingest/')).toHaveLength(1);
    const entry = test.metadata.data.entries.get('hf@org/a');
    if (entry === undefined) throw new Error('no a');
    test.metadata.data.entries.set(entry.key, { ...entry, downloadDate: Date.now() + 1 });
    expect(facts(await test.cache.evictModels({ toBytes: 0, unusedForMs: 0 }))).toEqual({
      'hf@org/a': 'in-use',
    });
    stop.abort();
    await pulling.catch(() => {});
  });

  it('leaves what was used or pinned between the choice and its turn, and takes another', async () => {
    await using test = await pulled({ a: 90, b: 60, c: 30 }, { models: [a, b, c] });
    const { metadata } = test;
    const { blobUsers } = metadata;
    let isFirst = true;
    (metadata as { blobUsers: unknown }).blobUsers = async (...args: unknown[]) => {
      if (isFirst) await metadata.touchEntry('hf@org/a', { lastUsed: Date.now(), lastUsedBy: 'x' });
      isFirst = false;
      return (blobUsers as (...given: unknown[]) => unknown)(...args);
    };
    const report = await test.cache.evictModels({ toBytes: 2 * SIZE });
    expect(facts(report)).toEqual({
      'hf@org/b': `least-recently-used ${SIZE}`,
      'hf@org/c': 'enough',
      'hf@org/a': 'recently-used',
    });
    expect(await keys(test)).toEqual(['hf@org/a', 'hf@org/c']);
  });

  it('leaves an old commit that got an entry of its own between the choice and its turn', async () => {
    await using test = await pulled({ a: 10 }, { models: [a] });
    const old = await test.cache.findModel('org/a');
    test.source.setModel(withCommit(a, modelOf('a', 4)));
    await test.cache.pullModel('org/a');
    await test.cache.setPinned('org/a', true);
    const key = `hf@org/a@${old.commit}`;
    const { metadata } = test;
    const { blobUsers } = metadata;
    (metadata as { blobUsers: unknown }).blobUsers = async (...args: unknown[]) => {
      const [first] = metadata.data.entries.values();
      if (first === undefined) throw new Error('no a');
      const own = { key, revision: old.commit, commit: old.commit, pinned: true };
      metadata.data.entries.set(key, { ...first, ...own });
      return (blobUsers as (...given: unknown[]) => unknown)(...args);
    };
    const report = await test.cache.evictModels({ toBytes: SIZE });
    expect(facts(report)).toEqual({ 'hf@org/a': 'pinned', [key]: 'pinned' });
    expect(report.freedBytes).toBe(0);
    expect(await keys(test)).toEqual(['hf@org/a', key]);
  });

  it('keeps what could not be fetched again: offline, or without its connection', async () => {
    await using test = await pulled({ a: 90, b: 60 }, { models: [a, b] });
    await expect.poll(() => test.metadata.listLeases('holding/')).toEqual([]);
    const whyOf = async (options: Partial<ModelCacheOptions>): Promise<unknown> => {
      const cache = await test.another(options);
      const { choices } = await cache.evictModels({ toBytes: 0, dryRun: true });
      return choices.map(({ key, reason, why }) => `${key} ${reason}: ${why}`);
    };
    expect(await whyOf({ offline: true })).toEqual([
      'hf@org/a imported: this cache is offline: it could not be fetched again',
      'hf@org/b imported: this cache is offline: it could not be fetched again',
    ]);
    expect(await whyOf({ sources: [] })).toEqual([
      'hf@org/a imported: there is no connection named memory any more, through which it came',
      'hf@org/b imported: there is no connection named memory any more, through which it came',
    ]);
    const source = { ...test.source, close: async () => {} };
    expect(await whyOf({ sources: [{ name: 'memory', source, models: ['org/b'] }] })).toEqual([
      'hf@org/b least-recently-used: used 60 days ago',
      'hf@org/a imported: the connection memory, through which it came, does not enable it any more',
    ]);
  });

  it('needs to know how much may be left', async () => {
    await using test = await testCache();
    const evict = (options: EvictOptions): Promise<unknown> => test.cache.evictModels(options);
    await expect(evict({})).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(evict({ connection: 'none' })).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(evict({ connection: 'memory' })).rejects.toThrow('has no quota');
  });
});
