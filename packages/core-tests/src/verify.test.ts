import { chmod, mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CacheEvent } from '@modelkeep/core';
import { isModelkeepError } from '@modelkeep/core/spi';
import { memoryModel, seededBytes, sha256Of, withCommit } from '@modelkeep/testkit/memory';
import { describe, expect, it } from 'vitest';
import { damage, diskCache, overwrite, warnings } from './disk-cache.ts';
import { testCache } from './test-cache.ts';

const MIB = 1024 * 1024;
const weights = seededBytes(7, 3 * MIB + 11);
const files = { 'README.md': '# A model\n', 'config.json': '{"a":1}', 'sub/model.bin': weights };
const model = memoryModel('org/name', files);
const sharer = memoryModel('org/sharer', { 'other.txt': 'x', 'same.bin': weights });
const [commit] = Object.keys(model.commits) as [string];
const digest = sha256Of(weights);
const size = weights.length + 17;

describe('verifyModels on a disk', () => {
  it('finds nothing wrong in a new store, and reads each content once', async () => {
    await using test = await diskCache({ models: [model, sharer] });
    await test.cache.pullModel('org/name');
    await test.cache.pullModel('org/sharer');
    const events: CacheEvent[] = [];
    const report = await test.cache.verifyModels({ onEvent: (event) => void events.push(event) });
    expect(report).toEqual({
      models: 2,
      checkedFiles: 4,
      checkedBytes: size + 1,
      full: true,
      problems: [],
      warnings: [],
    });
    expect(events.filter(({ type }) => type === 'file-done')).toHaveLength(4);
    expect(events.filter(({ type }) => type === 'warning')).toEqual([]);
    expect(events.at(-1)).toMatchObject({
      type: 'progress',
      doneBytes: size + 1,
      totalBytes: size + 1,
      doneFiles: 4,
      totalFiles: 4,
    });
  });

  it('finds a flipped byte by reading, and names model, file and both digests', async () => {
    await using test = await diskCache({ models: [model] });
    await test.cache.pullModel('org/name');
    const { mtime, atime } = await stat(test.blobPath(digest));
    await damage(test.blobPath(digest), MIB);
    const found = sha256Of(await readFile(test.blobPath(digest)));
    const expected = {
      kind: 'blob-damaged',
      modelId: 'org/name',
      commit,
      path: 'sub/model.bin',
      expected: digest,
      found,
      repaired: false,
    };
    expect((await test.cache.verifyModels()).problems).toEqual([expected]);
    expect((await test.cache.verifyModels({ models: ['org/name'] })).problems).toEqual([expected]);
    expect((await test.cache.verifyModels({ quick: true })).problems).toMatchObject([
      { kind: 'receipt-changed', path: 'sub/model.bin' },
    ]);
    await utimes(test.blobPath(digest), atime, mtime);
    expect((await test.cache.verifyModels()).problems).toEqual([expected]);
  });

  it('compares sizes without reading', async () => {
    await using test = await diskCache({ models: [model] });
    await test.cache.pullModel('org/name');
    await overwrite(test.blobPath(digest), 'short');
    const report = await test.cache.verifyModels({ quick: true });
    expect(report.full).toBe(false);
    expect(report.problems).toMatchObject([
      { kind: 'blob-damaged', expected: `${weights.length} bytes`, found: '5 bytes' },
    ]);
  });

  it('takes a new receipt of right content for no problem, and notes it', async () => {
    await using test = await diskCache({ models: [model] });
    await test.cache.pullModel('org/name');
    const before = (await test.metadata.getBlobs([digest])).get(digest);
    await utimes(test.blobPath(digest), new Date(), new Date(0));
    expect((await test.cache.verifyModels({ quick: true })).problems).toMatchObject([
      { kind: 'receipt-changed', expected: before?.receipt, repaired: false },
    ]);
    expect((await test.cache.verifyModels()).problems).toEqual([]);
    expect((await test.cache.verifyModels({ quick: true })).problems).toEqual([]);
    const after = (await test.metadata.getBlobs([digest])).get(digest);
    expect(after?.verifiedAt).toBeGreaterThanOrEqual(before?.verifiedAt ?? Number.NaN);
  });

  it('takes what a crash leaves for no problem: no checkout, no ref, contents without a record', async () => {
    await using test = await diskCache({ models: [model, sharer] });
    await test.cache.pullModel('org/name');
    await test.cache.pullModel('org/sharer');
    const repo = join(test.folder, 'hub/models--org--name');
    await rm(join(repo, 'refs/main'));
    await rm(join(test.folder, 'hub/models--org--sharer'), { recursive: true });
    const content = Buffer.from('nobody has noted me');
    await test.storage.write(
      `blobs/sha256/${sha256Of(content).slice(0, 2)}/${sha256Of(content)}`,
      (async function* () {
        yield content;
      })(),
    );
    let problems: readonly unknown[] = [0];
    const told = await warnings(async (onEvent) => {
      ({ problems } = await test.cache.verifyModels({ onEvent }));
    });
    expect(problems).toEqual([]);
    expect(told).toHaveLength(3);
    const { problems: left } = await test.cache.verifyModels({ repair: true });
    expect(left).toEqual([]);
    expect(await readFile(join(repo, 'refs/main'), 'utf8')).toBe(commit);
    expect(await warnings((onEvent) => test.cache.verifyModels({ onEvent }))).toEqual([
      expect.stringContaining('modelkeep gc'),
    ]);
  });

  it('names what does not belong among the blobs', async () => {
    await using test = await diskCache({ models: [model] });
    await test.cache.pullModel('org/name');
    const wrong = 'ab'.repeat(32);
    await mkdir(join(test.folder, 'blobs/sha256/ab'), { recursive: true });
    await writeFile(test.blobPath(wrong), 'this has another digest');
    await writeFile(join(test.folder, 'blobs/sha256/stray.txt'), 'x');
    const problems = (await test.cache.verifyModels()).problems;
    expect(problems).toHaveLength(2);
    expect(problems).toContainEqual(
      expect.objectContaining({ kind: 'blob-unknown', expected: wrong, repaired: false }),
    );
    expect(problems).toContainEqual(
      expect.objectContaining({ kind: 'blob-unknown', path: 'blobs/sha256/stray.txt' }),
    );
    const repaired = await test.cache.verifyModels({ repair: true });
    expect(repaired.problems.find(({ expected }) => expected === wrong)?.repaired).toBe(true);
    await expect(stat(test.blobPath(wrong))).rejects.toThrow('ENOENT');
  });

  it('checks old snapshots with a bare name, and one snapshot with a revision', async () => {
    await using test = await diskCache({ models: [model] });
    await test.cache.pullModel('org/name');
    const next = memoryModel('org/name', { ...files, 'config.json': '{"a":2}' });
    test.source.setModel(withCommit(model, next));
    await test.cache.pullModel('org/name');
    await damage(test.blobPath(sha256Of('{"a":1}')));
    expect((await test.cache.verifyModels({ models: ['org/name'] })).problems).toMatchObject([
      { kind: 'blob-damaged', commit, path: 'config.json' },
    ]);
    const [newest] = Object.keys(next.commits);
    const one = await test.cache.verifyModels({ models: [`org/name@${newest}`] });
    expect(one).toMatchObject({ models: 1, checkedFiles: 3, problems: [] });
  });

  it('stops when it is told to, with the reason it was given', async () => {
    await using test = await diskCache({ models: [model] });
    await test.cache.pullModel('org/name');
    const stop = new AbortController();
    const reason = new Error('enough');
    const run = test.cache.verifyModels({
      signal: stop.signal,
      onEvent: ({ type }) => type === 'planned' && stop.abort(reason),
    });
    await expect(run).rejects.toBe(reason);
  });

  it('says which model is not in the cache', async () => {
    await using test = await diskCache();
    const error = await test.cache.verifyModels({ models: ['org/none'] }).catch((e: unknown) => e);
    expect(isModelkeepError(error, 'model-not-cached')).toBe(true);
  });

  it('takes a folder in the place of a blob for a missing one', async () => {
    await using test = await diskCache({ models: [model] });
    await test.cache.pullModel('org/name');
    await rm(test.blobPath(digest));
    await mkdir(test.blobPath(digest));
    await chmod(test.blobPath(digest), 0o755);
    const { problems } = await test.cache.verifyModels();
    expect(problems).toMatchObject([{ kind: 'blob-missing', path: 'sub/model.bin' }]);
  });
});

describe('verifyModels on a storage without local files', () => {
  it('proves contents as they stream, and copies by reading them', async () => {
    await using test = await testCache({ models: [model] });
    const { path } = await test.cache.pullModel('org/name');
    expect((await test.cache.verifyModels()).problems).toEqual([]);
    const key = `blobs/sha256/${digest.slice(0, 2)}/${digest}`;
    const object = test.storage.objects.get(key);
    if (object === undefined) throw new Error('no object');
    test.storage.objects.set(key, { ...object, content: Buffer.alloc(object.size) });
    await damage(join(path, 'config.json'));
    expect((await test.cache.verifyModels()).problems).toMatchObject([
      { kind: 'blob-damaged', expected: digest, found: sha256Of(Buffer.alloc(object.size)) },
      { kind: 'checkout-broken', path: 'config.json', expected: sha256Of('{"a":1}') },
    ]);
    const calls = test.source.openCalls.length;
    const { problems } = await test.cache.verifyModels({ repair: true });
    expect(problems.map(({ repaired }) => repaired)).toEqual([true, true]);
    // The checkout is a copy that was not damaged.
    expect(test.source.openCalls).toHaveLength(calls);
    expect((await test.cache.verifyModels()).problems).toEqual([]);
    expect(await readFile(join(path, 'config.json'), 'utf8')).toBe('{"a":1}');
  });

  it('leaves objects alone that a flight under way may own', async () => {
    await using test = await testCache({ models: [model] });
    await test.cache.pullModel('org/name');
    const wrong = 'cd'.repeat(32);
    const content = Buffer.from('not what it is named');
    const stored = { key: `blobs/sha256/cd/${wrong}`, size: content.length, content };
    test.storage.objects.set(stored.key, { ...stored, modifiedAt: Date.now(), receipt: 'r' });
    await test.metadata.acquireLeases(['ingest/other'], { owner: 'other', ttlMs: 60_000 });
    const { problems, warnings } = await test.cache.verifyModels({ repair: true });
    expect(problems).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('run modelkeep verify --repair again')]);
    await test.metadata.releaseLeases('other');
    expect(await test.cache.verifyModels()).toMatchObject({
      problems: [{ kind: 'blob-unknown' }],
      warnings: [],
    });
  });

  it('finds a record whose object is gone, though no model uses it', async () => {
    await using test = await testCache();
    await test.metadata.putBlobs([{ digest, size: 3, receipt: 'r', verifiedAt: 1 }]);
    expect((await test.cache.verifyModels({ repair: true })).problems).toMatchObject([
      { kind: 'blob-missing', repaired: false, reason: expect.stringContaining('gc') },
    ]);
  });
});
