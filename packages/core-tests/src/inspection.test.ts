import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { User } from '@modelkeep/core';
import { tarOfMembers } from '@modelkeep/testkit/hostile-archives';
import { bodyOf, memoryModel, seededBytes } from '@modelkeep/testkit/memory';
import { describe, expect, it } from 'vitest';
import {
  archives,
  expectNothing,
  exported,
  files,
  handBuilt,
  model,
  weights,
} from './archive-fixtures.ts';
import { testCache } from './test-cache.ts';

const uma: User = { name: 'uma', role: 'user' };
const small = memoryModel('org/small', { 'config.json': '{"a":1}', 'b.bin': seededBytes(3, 5000) });

describe('a pull that is looked at first', () => {
  it('tells what is there, what is to come and whether it fits, and fetches nothing', async () => {
    await using test = await testCache({ models: [model, small], totalBytes: 50_000_000 });
    const { cache } = test;
    const before = await cache.inspection.previewPull('org/name');
    expect(before).toMatchObject({
      modelId: 'org/name',
      revision: 'main',
      connection: 'memory',
      omittedCount: 0,
      presentBytes: 0,
      gated: false,
      tags: ['en', 'pytorch'],
    });
    // Two names, one content.
    expect(before.totalBytes - before.neededBytes).toBe(weights.length);
    expect(before.freeBytes).toBeGreaterThan(before.neededBytes);
    expect(before.files.map(({ path }) => path)).toEqual(Object.keys(files).toSorted());
    expect(before.cached).toBeUndefined();
    expect(await Array.fromAsync(cache.listModels())).toEqual([]);
    expect(cache.inspection.traffic()).toEqual({ flights: [], receivedBytes: 0 });

    await cache.pullModel('org/small');
    const shared = await cache.inspection.previewPull('org/name', { include: ['*.json'] });
    expect(shared).toMatchObject({
      files: [{ path: 'config.json', present: true }],
      omittedCount: Object.keys(files).length - 1,
      neededBytes: 0,
      presentBytes: 7,
    });
    const cached = await cache.inspection.previewPull('org/small');
    expect(cached).toMatchObject({
      neededBytes: 0,
      cached: { key: 'hf@org/small', commit: cached.commit, complete: true },
    });
    expect(cache.inspection.traffic().receivedBytes).toBe(5007);
  });

  it('fails as the pull would', async () => {
    await using test = await testCache({ models: [model] });
    const { inspection } = test.cache;
    await expect(inspection.previewPull('org/none')).rejects.toMatchObject({
      code: 'model-not-found',
    });
    await expect(inspection.previewPull('org/name@v9')).rejects.toMatchObject({
      code: 'revision-not-found',
    });
    const limited = [{ name: 'limited', source: test.source, models: ['org/other'] }];
    const other = await test.another({ sources: limited });
    await expect(other.inspection.previewPull('org/name', { user: uma })).rejects.toMatchObject({
      code: 'not-enabled',
    });
    const offline = await test.another({ offline: true });
    await expect(offline.inspection.previewPull('org/name')).rejects.toMatchObject({
      code: 'offline',
    });
  });
});

describe('a removal that is looked at first', () => {
  it('tells what each and all of them free, which removing them then does', async () => {
    const third = memoryModel('org/third', {
      'b.bin': seededBytes(3, 5000),
      'c.bin': seededBytes(4, 100),
    });
    await using test = await testCache({ models: [small, third] });
    const { cache } = test;
    for (const name of ['org/small', 'org/third']) await cache.pullModel(name);
    await cache.setPinned('org/third', true);
    const one = await cache.inspection.previewRemoval(['org/small', 'org/none']);
    expect(one).toMatchObject({
      models: [{ key: 'hf@org/small', sizeInBytes: 5007, exclusiveBytes: 7, pinned: false }],
      missing: ['org/none'],
      freedBytes: 7,
    });
    const both = await cache.inspection.previewRemoval(['org/small', 'org/third', 'org/third']);
    expect(both.models.map(({ exclusiveBytes }) => exclusiveBytes)).toEqual([7, 100]);
    expect(both).toMatchObject({ missing: [], freedBytes: 5107 });
    const freed = [await cache.removeModel('org/small'), await cache.removeModel('org/third')];
    expect(freed.reduce((sum, { freedBytes }) => sum + freedBytes, 0)).toBe(both.freedBytes);
  });

  it('knows the older snapshots that go with an entry, and those that stay', async () => {
    await using test = await testCache({ models: [small] });
    const { cache, source } = test;
    const { commit } = await cache.inspection.previewPull('org/small');
    await cache.pullModel(`org/small@${commit}`);
    source.setModel(
      memoryModel('org/small', { 'config.json': '{"a":2}', 'b.bin': seededBytes(5, 9) }),
    );
    await cache.pullModel('org/small');
    const { freedBytes } = await cache.inspection.previewRemoval(['org/small']);
    expect(freedBytes).toBe(7 + 9);
    expect((await cache.removeModel('org/small')).freedBytes).toBe(freedBytes);
  });

  it('names who shares how much', async () => {
    const third = memoryModel('org/third', { 'b.bin': seededBytes(3, 5000) });
    await using test = await testCache({ models: [small, third, model] });
    const { cache } = test;
    for (const name of ['org/small', 'org/third', 'org/name']) await cache.pullModel(name);
    expect(await cache.inspection.sharing('org/small')).toEqual([
      { modelId: 'org/third', sharedBytes: 5000 },
      { modelId: 'org/name', sharedBytes: 7 },
    ]);
    expect(await cache.inspection.totals()).toMatchObject({ blobCount: 7 });
  });
});

describe('an import that is looked at first', () => {
  it.each(['tar', 'tar.gz'])('tells what a %s would add, and stores nothing', async (format) => {
    await using from = await testCache({ models: [model, small], archives });
    await from.cache.pullModel('org/name');
    const archive = await exported(from.cache, 'org/name', format);
    await using to = await testCache({ models: [small], archives });
    await to.cache.pullModel('org/small');
    const preview = await to.cache.inspection.previewImport({ stream: () => bodyOf(archive, 999) });
    expect(preview).toMatchObject({
      key: 'hf@org/name',
      modelId: 'org/name',
      derived: false,
      tags: ['en', 'pytorch'],
      warnings: [],
    });
    expect(preview.replaces).toBeUndefined();
    expect(preview.files.filter(({ present }) => present).map(({ path }) => path)).toEqual([
      'config.json',
    ]);
    const names = (await Array.fromAsync(to.cache.listModels())).map(({ key }) => key);
    expect(names).toEqual(['hf@org/small']);
    expect(await readdir(join(to.folder, 'partial')).catch(() => [])).toEqual([]);
    const result = await to.cache.importModel({ stream: () => bodyOf(archive, 999) });
    expect(result).toMatchObject({
      addedFiles: preview.addedFiles,
      addedBytes: preview.addedBytes,
      commit: preview.commit,
    });
    const again = await to.cache.inspection.previewImport({ stream: () => bodyOf(archive, 999) });
    expect(again).toMatchObject({ addedBytes: 0, replaces: { commit: preview.commit } });
  });

  it('fails as the import would', async () => {
    await using test = await testCache({ archives });
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n'.replace(
      'sha256:0',
      `sha256:${'0'.repeat(64)}`,
    );
    const members = [...handBuilt(), { path: 'r/model/other.safetensors', content: pointer }];
    const archive = tarOfMembers(members);
    await expect(
      test.cache.inspection.previewImport({ stream: () => bodyOf(archive, 999) }),
    ).rejects.toMatchObject({ code: 'archive-invalid' });
    await expectNothing(test);
  });
});

describe('what is gated at its source', () => {
  const gated = memoryModel('org/gated', files, { about: { gated: true } });

  it('is hidden from those whom no connection enables it for, however it came', async () => {
    await using test = await testCache({ models: [gated, small], archives });
    const connections = [{ name: 'memory', source: test.source, models: ['org/small'] }];
    const cache = await test.another({ sources: connections });
    await cache.pullModel('org/gated');
    await cache.pullModel('org/small');
    const keysFor = async (options = {}): Promise<string[]> =>
      (await Array.fromAsync(cache.listModels(options))).map(({ key }) => key);
    expect(await keysFor()).toEqual(['hf@org/gated', 'hf@org/small']);
    expect(await keysFor({ user: uma })).toEqual(['hf@org/small']);
    const refused = { code: 'gated' };
    const asUma = { user: uma };
    await expect(cache.showModel('org/gated', asUma)).rejects.toMatchObject(refused);
    await expect(cache.findModel('org/gated', asUma)).rejects.toMatchObject(refused);
    await expect(cache.openModel('org/gated', asUma)).rejects.toMatchObject(refused);
    await expect(cache.exportModel('org/gated', asUma)).rejects.toMatchObject(refused);
    await expect(cache.getModelFromCache('org/gated', asUma)).rejects.toMatchObject(refused);
    await expect(cache.hub.revision('org/gated', 'main', asUma)).rejects.toMatchObject(refused);
    expect((await cache.usage(asUma)).models.map(({ key }) => key)).toEqual(['hf@org/small']);
    expect(await cache.inspection.sharing('org/small', asUma)).toEqual([]);
    expect(await cache.inspection.sharing('org/small')).toHaveLength(1);
    expect(await cache.inspection.previewRemoval(['org/gated'], asUma)).toMatchObject({
      missing: ['org/gated'],
    });

    test.source.setModel(memoryModel('org/gated', files, { about: { gated: false } }));
    await cache.pullModel('org/gated');
    expect(await keysFor({ user: uma })).toEqual(['hf@org/gated', 'hf@org/small']);
  });
});
