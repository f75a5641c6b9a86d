import { createReadStream } from 'node:fs';
import { readdir, readFile, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isModelkeepError } from '@modelkeep/core/spi';
import {
  memoryModel,
  memoryStorage,
  seededBytes,
  sha256Of,
  withCommit,
} from '@modelkeep/testkit/memory';
import { describe, expect, it } from 'vitest';
import { testCache } from './test-cache.ts';

const MIB = 1024 * 1024;
const weights = seededBytes(1, 5 * MIB + 123);
const files = {
  'README.md': '# A model\n',
  'config.json': '{"a":1}',
  'sub/model.safetensors': weights,
  'empty.txt': '',
};
const model = memoryModel('org/name', files, {
  about: {
    tags: ['en', 'pytorch'],
    libraryName: 'transformers',
    url: 'https://memory.test/org%2Fname/tree/main',
  },
});
const [commit] = Object.keys(model.commits) as [string];

describe('pullModel', () => {
  it('begins a file anew that another process took over while it was stored', async () => {
    await using test = await testCache({ models: [model] });
    const storage = memoryStorage({ workspace: test.folder, objects: test.storage.objects });
    let taken = 0;
    await using cache = await test.another({
      storage: {
        ...storage,
        async ingestFile(key, path, options) {
          taken += 1;
          if (taken === 1) await rm(path);
          return storage.write(key, createReadStream(path), options);
        },
      },
    });
    const pulled = await cache.pullModel('org/name');
    expect(taken).toBe(2);
    expect(pulled.complete).toBe(true);
    const stored = await readFile(join(pulled.path, 'sub/model.safetensors'));
    expect(Buffer.compare(stored, weights)).toBe(0);
  });

  it('lays out the model as a Hugging Face cache and proves every byte', async () => {
    await using test = await testCache({ models: [model] });
    const pulled = await test.cache.pullModel('org/name');
    expect(pulled).toMatchObject({
      key: 'hf@org/name',
      commit,
      fileCount: 4,
      complete: true,
      stale: false,
      fetchedFiles: 3,
    });
    expect(pulled.path).toBe(join(test.folder, 'hub/models--org--name/snapshots', commit));
    for (const [path, content] of Object.entries(files)) {
      expect(Buffer.compare(await readFile(join(pulled.path, path)), Buffer.from(content))).toBe(0);
    }
    expect(await readlink(join(pulled.path, 'sub/model.safetensors'))).toBe(
      `../../../blobs/${sha256Of(weights)}`,
    );
    expect(await readFile(join(test.folder, 'hub/models--org--name/refs/main'), 'utf8')).toBe(
      commit,
    );
    expect(await test.cache.getModelFromCache('org/name')).toBe(pulled.path);
    expect(await readdir(join(test.folder, 'partial'))).toEqual([]);
  });

  it('fills the metadata that travels with the model', async () => {
    await using test = await testCache({ models: [model] });
    const { metadata } = await test.cache.pullModel('org/name');
    expect(metadata).toMatchObject({
      commitHash: commit,
      libraryName: 'transformers',
      taggedLanguages: ['en'],
      modelDefinition: { key: 'hf@org/name' },
      version: 0,
      downloadedBy: 'tester',
      sizeInBytes: 5 * MIB + 123 + 17,
    });
  });

  it('fetches nothing that is there', async () => {
    await using test = await testCache({ models: [model] });
    await test.cache.pullModel('org/name');
    const calls = test.source.openCalls.length;
    expect(await test.cache.pullModel('org/name')).toMatchObject({
      fetchedBytes: 0,
      fetchedFiles: 0,
    });
    expect(test.source.openCalls.length).toBe(calls);
  });

  it('follows a branch that moved, fetches only what changed, and keeps the old snapshot', async () => {
    await using test = await testCache({ models: [model] });
    const old = await test.cache.pullModel('org/name');
    const next = memoryModel('org/name', { ...files, 'config.json': '{"a":2}' });
    test.source.setModel(withCommit(model, next));
    const now = await test.cache.pullModel('org/name');
    expect(now.commit).not.toBe(old.commit);
    expect(now.fetchedBytes).toBe(7);
    expect(await test.cache.getModelFromCache(`org/name@${old.commit}`)).toBe(old.path);
    expect(await readFile(join(old.path, 'config.json'), 'utf8')).toBe('{"a":1}');
    expect(await test.cache.downloadModelToCache('org/name')).toBe(now.path);
  });

  it('keeps what the patterns choose, and completes it later', async () => {
    await using test = await testCache({ models: [model] });
    const some = await test.cache.pullModel('org/name', { exclude: ['*.safetensors'] });
    expect(some).toMatchObject({ complete: false, fileCount: 3 });
    expect((await test.cache.showModel('org/name')).omitted.map(({ path }) => path)).toEqual([
      'sub/model.safetensors',
    ]);
    expect(await test.cache.downloadModelToCache('org/name', { include: ['*.json'] })).toBe(
      some.path,
    );
    const all = await test.cache.pullModel('org/name');
    expect(all).toMatchObject({ complete: true, fileCount: 4, fetchedBytes: weights.length });
    expect((await readFile(join(all.path, 'sub/model.safetensors'))).length).toBe(weights.length);
  });

  it('refuses content that is not what was promised, and keeps nothing of it', async () => {
    await using test = await testCache({ models: [model] });
    test.source.setFaults({
      open: ({ path }) => (path.endsWith('.safetensors') ? { corruptAt: 3 * MIB } : undefined),
    });
    const failure = await test.cache.pullModel('org/name').catch((error: unknown) => error);
    expect(isModelkeepError(failure, 'integrity-mismatch') && failure.details).toMatchObject({
      file: 'sub/model.safetensors',
      expected: `sha256 ${sha256Of(weights)}`,
    });
    expect(await readdir(join(test.folder, 'partial'))).toEqual([]);
    expect(await Array.fromAsync(test.cache.listModels())).toEqual([]);
  });

  it('recovers from content that was wrong once', async () => {
    await using test = await testCache({ models: [model] });
    test.source.setFaults({
      open: ({ path, attempt, start }) =>
        attempt === 1 && path !== 'empty.txt' ? { corruptAt: start } : undefined,
    });
    await test.cache.pullModel('org/name');
    expect(await test.cache.verifyModels()).toMatchObject({ problems: [] });
  });

  it('goes on after cuts, breaks and refusals without fetching a byte twice', async () => {
    await using test = await testCache({ models: [model] });
    test.source.setFaults({
      open: ({ attempt }) =>
        [{ cutAfter: 100_000 }, { breakAfter: MIB }, { breakAfter: 70_000 }][attempt % 4],
    });
    const { fetchedBytes } = await test.cache.pullModel('org/name');
    expect(fetchedBytes).toBeLessThan(weights.length * 1.05);
    expect(await test.cache.verifyModels()).toMatchObject({ problems: [] });
  });

  it('begins anew when the content changes at the source, and when ranges are refused', async () => {
    await using test = await testCache({ models: [model] });
    test.source.setFaults({
      open: ({ attempt }) =>
        attempt < 3 ? { etag: `changed-${attempt}`, breakAfter: MIB } : { ignoreRange: true },
    });
    await test.cache.pullModel('org/name');
    expect(await test.cache.verifyModels()).toMatchObject({ problems: [] });
  });

  it('begins the next large files while those before are being stored, and not all of them', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 6 }, (_, index) => [`part-${index}`, seededBytes(index, MIB + 1)]),
    );
    await using test = await testCache({ models: [memoryModel('org/parts', many)] });
    const storing = Promise.withResolvers<void>();
    const { ingestFile } = test.storage;
    test.storage.ingestFile = async (...call) => {
      await storing.promise;
      if (ingestFile === undefined) throw new Error('this storage takes no files');
      return ingestFile.apply(test.storage, call);
    };
    const asked = (): number => new Set(test.source.openCalls.map(({ path }) => path)).size;
    const pulled = test.cache.pullModel('org/parts');
    await expect.poll(asked, { timeout: 20_000 }).toBe(4);
    storing.resolve();
    expect(await pulled).toMatchObject({ fetchedFiles: 6 });
    expect(asked()).toBe(6);
  });

  it('resumes an aborted pull from what is on disk', async () => {
    await using test = await testCache({ models: [model] });
    const stop = new AbortController();
    // The last part never comes; the first two are there when the caller gives up.
    test.source.setFaults({
      open: ({ path, start }) =>
        path.endsWith('.safetensors') && start >= 4 * MIB ? { stallAfter: 0 } : undefined,
    });
    const reason = new Error('enough');
    const pulling = test.cache.pullModel('org/name', { signal: stop.signal });
    const rejected = expect(pulling).rejects.toBe(reason);
    await expect
      .poll(() => test.source.bytesServed.get('sub/model.safetensors'), { timeout: 10_000 })
      .toBe(4 * MIB);
    stop.abort(reason);
    await rejected;
    test.source.setFaults({});
    const { fetchedBytes } = await test.cache.pullModel('org/name');
    expect(fetchedBytes).toBe(weights.length - 4 * MIB);
    expect(await test.cache.verifyModels()).toMatchObject({ problems: [] });
  });

  it('is one flight for all callers in one process and in several', async () => {
    await using test = await testCache({ models: [model] });
    const others = await Promise.all([test.another(), test.another()]);
    const results = await Promise.all(
      [test.cache, test.cache, ...others].map((cache) => cache.downloadModelToCache('org/name')),
    );
    expect(new Set(results).size).toBe(1);
    expect(test.source.bytesServed.get('sub/model.safetensors')).toBe(weights.length);
  });

  it('says before the first byte that there is no room', async () => {
    await using test = await testCache({ models: [model], totalBytes: 3 * MIB });
    const failure = await test.cache.pullModel('org/name').catch((error: unknown) => error);
    expect(isModelkeepError(failure, 'no-space') && failure.details).toMatchObject({
      neededBytes: weights.length + 17,
    });
    expect(test.source.openCalls).toEqual([]);
  });

  it('returns what is cached, marked as stale, when the source is away', async () => {
    await using test = await testCache({ models: [model] });
    await test.cache.pullModel('org/name');
    const { ModelkeepError } = await import('@modelkeep/core/spi');
    test.source.setFaults({
      resolve: () => new ModelkeepError('source-unavailable', 'down', { retryable: true }),
    });
    expect(await test.cache.pullModel('org/name')).toMatchObject({ stale: true });
  });

  it('lets a user fetch only what a connection enables', async () => {
    await using test = await testCache();
    const other = await test.another({
      sources: [{ name: 'lab', source: test.source, models: ['lab/*'] }],
      user: { name: 'u', role: 'user' },
    });
    test.source.setModel(model);
    await expect(other.downloadModelToCache('org/name')).rejects.toMatchObject({
      code: 'not-enabled',
    });
    await expect(
      other.downloadModelToCache('org/name', { connection: 'lab' }),
    ).rejects.toMatchObject({ code: 'not-enabled' });
    await expect(
      other.downloadModelToCache('org/name', {
        connection: 'lab',
        user: { name: 'a', role: 'admin' },
      }),
    ).resolves.toBeTypeOf('string');
  });

  it('tells what exists and what would fetch it', async () => {
    await using test = await testCache({ models: [model] });
    await expect(test.cache.getModelFromCache('org/name')).rejects.toMatchObject({
      code: 'model-not-cached',
      message: expect.stringContaining('modelkeep pull org/name'),
    });
    await expect(test.cache.pullModel('org/name@v9')).rejects.toMatchObject({
      code: 'revision-not-found',
      message: expect.stringContaining('main'),
    });
    await expect(test.cache.pullModel('org/none')).rejects.toMatchObject({
      code: 'model-not-found',
    });
    for (const name of [
      '../x',
      'a b/c',
      'org/name@',
      'a/b/c',
      'org/na\nme',
      '/x',
      'x/',
      'org/name@a..b',
      '-x/y',
    ]) {
      await expect(test.cache.pullModel(name)).rejects.toMatchObject({ code: 'invalid-argument' });
    }
  });
});
