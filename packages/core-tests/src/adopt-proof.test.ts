import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  gitOidOf,
  memoryModel,
  seededBytes,
  sha256Of,
  tempFolder,
} from '@modelkeep/testkit/memory';
import { describe, expect, it } from 'vitest';
import { diskCache, warnings } from './disk-cache.ts';
import { etagOf, type HfFile, writeHfRepo } from './hf-cache.ts';

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
const snapshot = { commit, files, refs: ['main'] };

describe('what adoptFolder takes a file for', () => {
  it('takes plain files by the listing of their commit', async () => {
    await using test = await diskCache();
    await using hub = await tempFolder(test.folder);
    const plain = Object.fromEntries(
      Object.entries(files).map(([path, file]) => [path, { ...file, plain: true }]),
    );
    await writeHfRepo(hub.path, 'models--org--name', [
      {
        commit,
        refs: ['main'],
        files: { ...plain, 'notes.txt': { content: 'mine', plain: true } },
        listed: files,
      },
    ]);
    const told = await warnings(async (onEvent) => {
      const { adopted, skipped } = await test.cache.adoptFolder(hub.path, { onEvent });
      expect(adopted).toMatchObject([{ fileCount: 3, complete: true }]);
      expect(skipped).toMatchObject([
        {
          path: `models--org--name/snapshots/${commit}/notes.txt`,
          reason: expect.stringContaining('not a file of this commit'),
        },
      ]);
    });
    expect(told).toEqual([]);
    const names = await readdir(join(test.folder, 'hub/models--org--name/blobs'));
    expect(names.toSorted()).toEqual(Object.values(files).map(etagOf).toSorted());
  });

  it('takes plain files of which nothing tells what they should be, and says so', async () => {
    await using test = await diskCache();
    await using hub = await tempFolder(test.folder);
    await writeHfRepo(hub.path, 'models--org--name', [
      {
        commit,
        refs: ['main'],
        files: {
          '.gitattributes': {
            content: '*.onnx filter=lfs diff=lfs merge=lfs -text\n',
            plain: true,
          },
          'config.json': { content: '{"a":1}', plain: true },
          'model.onnx': { content: 'small weights', plain: true },
        },
      },
    ]);
    const told = await warnings((onEvent) => test.cache.adoptFolder(hub.path, { onEvent }));
    expect(told).toEqual([
      expect.stringContaining('taken as complete'),
      expect.stringContaining('config.json'),
    ]);
    const { files: kept } = await test.cache.showModel('org/name');
    expect(kept.map(({ path, lfs, gitOid }) => [path, lfs, gitOid])).toEqual([
      ['.gitattributes', false, expect.any(String)],
      ['config.json', false, gitOidOf(Buffer.from('{"a":1}'))],
      ['model.onnx', true, undefined],
    ]);
  });

  it('takes a blob that is named by its Xet hash if the listing tells its sha256', async () => {
    await using test = await diskCache();
    await using hub = await tempFolder(test.folder);
    const xet = {
      ...files,
      'onnx/model.onnx': { content: weights, lfs: true, blob: 'ef'.repeat(32) },
    };
    await writeHfRepo(hub.path, 'models--org--listed', [
      { ...snapshot, files: xet, listed: files },
    ]);
    await writeHfRepo(hub.path, 'models--org--name', [{ ...snapshot, files: xet }]);
    const { adopted, skipped } = await test.cache.adoptFolder(hub.path);
    expect(adopted.map(({ key, fileCount, complete }) => [key, fileCount, complete])).toEqual([
      ['hf@org/listed', 3, true],
      // Without it, it may as well be damaged.
      ['hf@org/name', 2, false],
    ]);
    expect(skipped).toMatchObject([{ reason: expect.stringContaining('ef'.repeat(32)) }]);
  });

  it('skips damaged blobs by name, and makes the entry incomplete, to be completed by a pull', async () => {
    const model = memoryModel(
      'org/name',
      { 'config.json': '{"a":1}', 'model.bin': weights },
      { commit },
    );
    await using test = await diskCache({ models: [model] });
    await using hub = await tempFolder(test.folder);
    const wrong = Buffer.from(weights);
    wrong[1000] = ~(wrong[1000] ?? 0);
    const repo = await writeHfRepo(hub.path, 'models--org--name', [
      {
        commit,
        refs: ['main'],
        files: {
          'config.json': { content: '{"a":1}' },
          'model.bin': { content: wrong, lfs: true, blob: sha256Of(weights) },
        },
      },
    ]);
    const { adopted, skipped } = await test.cache.adoptFolder(repo);
    expect(adopted).toMatchObject([{ complete: false, fileCount: 1 }]);
    expect(skipped).toEqual([
      {
        path: `snapshots/${commit}/model.bin`,
        reason: `it is damaged: its sha256 is ${sha256Of(wrong)}, not ${sha256Of(weights)}`,
      },
    ]);
    expect((await test.cache.showModel('org/name')).omitted).toMatchObject([
      { path: 'model.bin', digest: sha256Of(weights) },
    ]);
    expect(await test.cache.pullModel('org/name')).toMatchObject({
      complete: true,
      fetchedFiles: 1,
    });
    expect((await test.cache.verifyModels()).problems).toEqual([]);
  });

  it('makes an incomplete entry of a snapshot that lacks files of its listing', async () => {
    await using test = await diskCache();
    await using hub = await tempFolder(test.folder);
    const { 'README.md': _, ...some } = files;
    await writeHfRepo(hub.path, 'models--org--name', [{ ...snapshot, files: some, listed: files }]);
    await test.cache.adoptFolder(hub.path);
    expect(await test.cache.showModel('org/name')).toMatchObject({
      complete: false,
      omitted: [{ path: 'README.md', size: readme.length, lfs: false }],
    });
  });
});
