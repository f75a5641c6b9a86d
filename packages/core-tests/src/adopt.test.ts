import { chmod, cp, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CacheEvent } from '@modelkeep/core';
import { memoryModel, seededBytes, sha256Of, tempFolder } from '@modelkeep/testkit/memory';
import { describe, expect, it } from 'vitest';
import { diskCache } from './disk-cache.ts';
import { etagOf, type HfFile, writeHfRepo } from './hf-cache.ts';
import { testCache } from './test-cache.ts';

const weights = seededBytes(3, 2 * 1024 * 1024 + 5);
const readme = `---
language:
- en
license: apache-2.0
library_name: sentence-transformers
pipeline_tag: sentence-similarity
tags: [feature-extraction]
---
# Title
`;
const files = {
  'README.md': { content: readme },
  'config.json': { content: '{"a":1}' },
  'onnx/model.onnx': { content: weights, lfs: true },
} satisfies Record<string, HfFile>;
const commit = '1'.repeat(40);
const older = '2'.repeat(40);
const snapshot = { commit, files, refs: ['main'] };

describe('adoptFolder', () => {
  it('takes a model with links, without a second copy and without changing the cache', async () => {
    await using test = await diskCache();
    await using home = await tempFolder(test.folder);
    const repo = await writeHfRepo(home.join('hub'), 'models--org--name', [
      { ...snapshot, listed: files },
    ]);
    const events: CacheEvent[] = [];
    const { adopted, ...rest } = await test.cache.adoptFolder(home.path, {
      onEvent: (event) => void events.push(event),
    });
    const bytes = weights.length + readme.length + 7;
    expect(rest).toEqual({ skipped: [], linkedBytes: bytes, copiedBytes: 0 });
    expect(adopted).toMatchObject([
      {
        key: 'hf@org/name',
        revision: 'main',
        commit,
        complete: true,
        fileCount: 3,
        sizeInBytes: bytes,
        downloadedBy: 'tester',
        metadata: {
          libraryName: 'sentence-transformers',
          pipelineName: 'sentence-similarity',
          tags: ['sentence-transformers', 'feature-extraction', 'en', 'license:apache-2.0'],
          taggedLanguages: ['en'],
          url: 'https://huggingface.co/org%2Fname/tree/main',
          commitHash: commit,
        },
      },
    ]);
    const path = await test.cache.getModelFromCache('org/name');
    for (const [name, file] of Object.entries(files)) {
      const given = join(repo, 'snapshots', commit, name);
      expect(Buffer.compare(await readFile(join(path, name)), Buffer.from(file.content))).toBe(0);
      expect((await stat(join(path, name))).ino).toBe((await stat(given)).ino);
      expect(await readlink(given)).toContain(etagOf(file));
    }
    expect(events.filter(({ type }) => type === 'warning')).toEqual([]);
    expect(events.at(-1)).toMatchObject({ type: 'progress', doneBytes: bytes, totalBytes: bytes });
    expect((await test.cache.verifyModels()).problems).toEqual([]);
    const garbage = await test.cache.collectGarbage();
    expect(garbage).toMatchObject({ blobs: { count: 0 }, partials: { count: 0 } });
  });

  it('keeps what it took when the cache is removed, and the cache when the model is removed', async () => {
    await using test = await diskCache();
    await using home = await tempFolder(test.folder);
    const repo = await writeHfRepo(home.path, 'models--org--name', [snapshot]);
    await cp(repo, home.join('copy'), { recursive: true, verbatimSymlinks: true });
    await test.cache.adoptFolder(repo);
    await test.cache.removeModel('org/name');
    await test.cache.collectGarbage();
    expect(await readFile(join(repo, 'snapshots', commit, 'config.json'), 'utf8')).toBe('{"a":1}');
    await test.cache.adoptFolder(repo);
    await rm(repo, { recursive: true });
    expect((await test.cache.verifyModels()).problems).toEqual([]);
  });

  it('makes an entry of each ref, and of a commit that has none', async () => {
    await using test = await diskCache();
    await using hub = await tempFolder(test.folder);
    await writeHfRepo(hub.path, 'models--gpt2', [
      { ...snapshot, refs: ['main', 'v1.0', 'refs/pr/1'] },
      { commit: older, files: { 'config.json': { content: '{}' } } },
    ]);
    const { adopted } = await test.cache.adoptFolder(hub.path);
    expect(adopted.map(({ key, commit: at }) => [key, at])).toEqual([
      ['hf@gpt2', commit],
      [`hf@gpt2@${older}`, older],
      ['hf@gpt2@refs/pr/1', commit],
      ['hf@gpt2@v1.0', commit],
    ]);
    expect((await test.cache.verifyModels()).problems).toEqual([]);
  });

  it('stores nothing twice, reads nothing again, and keeps entries as they are', async () => {
    await using test = await diskCache();
    await using hub = await tempFolder(test.folder);
    await writeHfRepo(hub.path, 'models--org--name', [snapshot]);
    await writeHfRepo(hub.path, 'models--org--same', [snapshot]);
    const first = await test.cache.adoptFolder(hub.path);
    expect(first.linkedBytes).toBe(weights.length + readme.length + 7);
    await test.cache.setPinned('org/name', true);
    const again = await test.cache.adoptFolder(hub.path);
    expect(again).toMatchObject({ linkedBytes: 0, copiedBytes: 0, skipped: [] });
    expect(again.adopted).toEqual([{ ...first.adopted[0], pinned: true }, first.adopted[1]]);
    expect((await test.cache.usage()).blobCount).toBe(3);
  });

  it('leaves an entry that points at another commit, and keeps the adopted one by its commit', async () => {
    const model = memoryModel('org/name', { 'config.json': 'newer' });
    await using test = await diskCache({ models: [model] });
    const pulled = await test.cache.pullModel('org/name');
    await using hub = await tempFolder(test.folder);
    await writeHfRepo(hub.path, 'models--Org--Name', [snapshot]);
    const { adopted, skipped } = await test.cache.adoptFolder(hub.path);
    expect(adopted.map(({ key }) => key)).toEqual([`hf@org/name@${commit}`]);
    expect(skipped).toEqual([
      { path: 'models--Org--Name/refs/main', reason: expect.stringContaining(pulled.commit) },
    ]);
    expect((await test.cache.findModel('org/name')).commit).toBe(pulled.commit);
  });

  it('follows the store that huggingface_hub 2 shares between repositories', async () => {
    await using test = await diskCache();
    await using hub = await tempFolder(test.folder);
    const repo = await writeHfRepo(hub.path, 'models--org--name', [snapshot]);
    const name = join(repo, 'blobs', sha256Of(weights));
    const shared = hub.join('blobs/ab', 'ab'.repeat(32));
    await cp(name, shared);
    await writeFile(hub.join('blobs/.huggingface-shared-blobs'), '1\n');
    await rm(name);
    await symlink(`../../blobs/ab/${'ab'.repeat(32)}`, name);
    for (const folder of [hub.path, repo]) {
      const { adopted, skipped } = await test.cache.adoptFolder(folder);
      expect(skipped).toEqual([]);
      expect(adopted).toMatchObject([{ fileCount: 3 }]);
      await test.cache.removeModel('org/name');
    }
  });

  it('copies where it cannot link: a storage that is not on this machine', async () => {
    await using test = await testCache();
    await using hub = await tempFolder();
    await writeHfRepo(hub.path, 'models--org--name', [snapshot]);
    const result = await test.cache.adoptFolder(hub.path);
    expect(result).toMatchObject({
      linkedBytes: 0,
      copiedBytes: weights.length + readme.length + 7,
    });
    expect((await test.cache.verifyModels()).problems).toEqual([]);
  });

  it('says what it shares is read-only afterwards, and changes nothing else of the files', async () => {
    await using test = await diskCache();
    await using hub = await tempFolder(test.folder);
    const repo = await writeHfRepo(hub.path, 'models--org--name', [snapshot]);
    const blob = join(repo, 'blobs', sha256Of(weights));
    await chmod(blob, 0o640);
    const before = await stat(blob);
    await test.cache.adoptFolder(hub.path);
    const after = await stat(blob);
    expect(after.mode & 0o777).toBe(0o444);
    expect([after.ino, after.mtimeMs, after.uid]).toEqual([before.ino, before.mtimeMs, before.uid]);
  });
});
