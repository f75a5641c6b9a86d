import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isModelkeepError } from '@modelkeep/core/spi';
import { memoryModel, seededBytes, sha256Of, withCommit } from '@modelkeep/testkit/memory';
import { describe, expect, it } from 'vitest';
import { diskCache } from './disk-cache.ts';

const weights = seededBytes(13, 100_000);
const model = memoryModel('org/name', { 'config.json': '{"a":1}', 'model.bin': weights });
const sharer = memoryModel('org/sharer', { 'other.txt': 'other', 'same.bin': weights });
const digest = sha256Of(weights);

describe('removeModel', () => {
  it('removes entry, folder, manifests and contents', async () => {
    await using test = await diskCache({ models: [model] });
    const { commit } = await test.cache.pullModel('org/name');
    expect(await test.cache.removeModel('org/name')).toEqual({
      key: 'hf@org/name',
      commits: [commit],
      freedBytes: weights.length + 7,
    });
    await expect(stat(join(test.folder, 'hub'))).rejects.toThrow('ENOENT');
    await expect(stat(test.blobPath(digest))).rejects.toThrow('ENOENT');
    expect((await Array.fromAsync(test.storage.list('manifests/'))).length).toBe(0);
    expect((await test.metadata.blobTotals()).count).toBe(0);
    const again = await test.cache.removeModel('org/name').catch((error: unknown) => error);
    expect(isModelkeepError(again, 'model-not-cached')).toBe(true);
  });

  it('keeps contents that another model shares, and counts only what it freed', async () => {
    await using test = await diskCache({ models: [model, sharer] });
    await test.cache.pullModel('org/name');
    const { path } = await test.cache.pullModel('org/sharer');
    expect((await test.cache.removeModel('org/name')).freedBytes).toBe(7);
    expect(Buffer.compare(await readFile(join(path, 'same.bin')), weights)).toBe(0);
    expect((await test.cache.removeModel('org/sharer')).freedBytes).toBe(weights.length + 5);
  });

  it('keeps the snapshot that another entry points at, and takes only the ref', async () => {
    const tagged = {
      ...model,
      revisions: { ...model.revisions, 'v1.0': model.revisions['main'] ?? '' },
    };
    await using test = await diskCache({ models: [tagged] });
    const { path, commit } = await test.cache.pullModel('org/name');
    await test.cache.pullModel('org/name@v1.0');
    expect(await test.cache.removeModel('org/name@v1.0')).toMatchObject({
      commits: [],
      freedBytes: 0,
    });
    expect(await readdir(join(path, '../../refs'))).toEqual(['main']);
    expect(await readFile(join(path, 'config.json'), 'utf8')).toBe('{"a":1}');
    expect((await test.cache.verifyModels()).problems).toEqual([]);
    expect((await test.cache.removeModel('org/name')).commits).toEqual([commit]);
  });

  it('removes one old snapshot by its commit, with the contents that only it had', async () => {
    await using test = await diskCache({ models: [model] });
    const old = await test.cache.pullModel('org/name');
    const next = memoryModel('org/name', { 'config.json': '{"a":2}', 'model.bin': weights });
    test.source.setModel(withCommit(model, next));
    const now = await test.cache.pullModel('org/name');
    expect(await test.cache.removeModel(`org/name@${old.commit}`)).toEqual({
      key: `hf@org/name@${old.commit}`,
      commits: [old.commit],
      freedBytes: 7,
    });
    expect(await readdir(join(now.path, '..'))).toEqual([now.commit]);
    expect(await readdir(join(now.path, '../../blobs'))).toHaveLength(2);
    expect(await readdir(join(now.path, '../../trees'))).toEqual([`${now.commit}.json`]);
    expect((await test.cache.verifyModels()).problems).toEqual([]);
    expect((await test.cache.removeModel('org/name')).freedBytes).toBe(weights.length + 7);
    await expect(stat(join(test.folder, 'hub'))).rejects.toThrow('ENOENT');
  });

  it('removes all old snapshots with the last entry of a model', async () => {
    await using test = await diskCache({ models: [model] });
    const old = await test.cache.pullModel('org/name');
    test.source.setModel(withCommit(model, memoryModel('org/name', { 'config.json': '{"a":2}' })));
    const now = await test.cache.pullModel('org/name');
    const { commits } = await test.cache.removeModel('org/name');
    expect(commits.toSorted()).toEqual([old.commit, now.commit].toSorted());
    await expect(stat(join(test.folder, 'hub'))).rejects.toThrow('ENOENT');
    expect((await test.metadata.blobTotals()).count).toBe(0);
  });

  it('leaves contents that a model which is being stored may use, for a later collection', async () => {
    await using test = await diskCache({ models: [model] });
    await test.metadata.acquireLeases(['ingest/early'], { owner: 'other', ttlMs: 60_000 });
    await test.cache.pullModel('org/name');
    expect((await test.cache.removeModel('org/name')).freedBytes).toBe(0);
    expect((await stat(test.blobPath(digest))).size).toBe(weights.length);
    await test.metadata.releaseLeases('other');
    expect((await test.cache.collectGarbage()).blobs).toEqual({
      count: 2,
      bytes: weights.length + 7,
    });
  });

  it('is repeated without harm by several at once', async () => {
    await using test = await diskCache({ models: [model] });
    await test.cache.pullModel('org/name');
    const results = await Promise.allSettled(
      Array.from({ length: 4 }, () => test.cache.removeModel('org/name')),
    );
    const removed = results.filter(({ status }) => status === 'fulfilled');
    expect(removed).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected')
        expect(isModelkeepError(result.reason, 'model-not-cached')).toBe(true);
    expect(await test.cache.collectGarbage()).toMatchObject({ blobs: { count: 0 }, manifests: 0 });
  });
});
