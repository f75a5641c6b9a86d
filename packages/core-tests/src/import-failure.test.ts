import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tarOfMembers } from '@modelkeep/testkit/hostile-archives';
import {
  bodyOf,
  memoryMetadata,
  memoryStorage,
  sha256Of,
  tempFolder,
} from '@modelkeep/testkit/memory';
import { describe, expect, it } from 'vitest';
import {
  archives,
  expectNothing,
  files,
  handBuilt,
  importBytes,
  model,
  weights,
} from './archive-fixtures.ts';
import { testCache } from './test-cache.ts';

describe('an import that fails', () => {
  const archive = tarOfMembers(handBuilt());

  it('keeps nothing when it is aborted at any place', async () => {
    await using test = await testCache({ archives });
    for (const share of [0, 0.1, 0.4, 0.6, 0.99]) {
      const controller = new AbortController();
      const reason = new Error('enough');
      async function* stream(): AsyncGenerator<Uint8Array> {
        let sent = 0;
        for await (const chunk of bodyOf(archive, 30_000)) {
          if (sent >= share * archive.length) controller.abort(reason);
          sent += chunk.length;
          yield chunk;
        }
      }
      const importing = test.cache.importModel({ stream }, { signal: controller.signal });
      await expect(importing).rejects.toBe(reason);
      await expectNothing(test);
    }
  });

  it('keeps nothing when the stream breaks', async () => {
    await using test = await testCache({ archives });
    const broken = new Error('the cable was pulled');
    async function* stream(): AsyncGenerator<Uint8Array> {
      yield archive.subarray(0, 2_000_000);
      throw broken;
    }
    await expect(test.cache.importModel({ stream })).rejects.toBe(broken);
    await expectNothing(test);
  });

  it('shows nothing when the store fails', async () => {
    await using folder = await tempFolder();
    const storage = memoryStorage({ workspace: folder.path, totalBytes: 1_000_000 });
    await using test = await testCache({ archives });
    const small = await test.another({ storage, metadata: memoryMetadata() });
    await expect(importBytes(small, archive)).rejects.toMatchObject({ code: 'no-space' });
    expect(await Array.fromAsync(small.listModels())).toEqual([]);
    expect(await readdir(folder.join('partial'))).toEqual([]);
  });

  it('does not touch a model of the same key', async () => {
    await using test = await testCache({ models: [model], archives });
    const pulled = await test.cache.pullModel('org/name');
    const bad = handBuilt().map((member) => ({ ...member }));
    await expect(
      importBytes(test.cache, tarOfMembers([...bad, { path: '../x', content: '' }])),
    ).rejects.toMatchObject({ code: 'archive-invalid' });
    expect((await test.cache.findModel('org/name')).commit).toBe(pulled.commit);
    await expect(
      test.cache.importModel({ stream: () => bodyOf(archive) }, { replace: false }),
    ).rejects.toMatchObject({ code: 'conflict' });
    expect((await test.cache.findModel('org/name')).commit).toBe(pulled.commit);
    expect((await importBytes(test.cache, archive)).commit).not.toBe(pulled.commit);
  });

  it('never changes the files of a commit that is cached', async () => {
    await using test = await testCache({ models: [model], archives });
    const { commit, path } = await test.cache.pullModel('org/name');
    const changed = handBuilt({ commitHash: commit }).map((member) =>
      member.path.endsWith('config.json') ? { ...member, content: '{"evil":1}' } : member,
    );
    for (const members of [
      changed,
      [...handBuilt({ commitHash: commit }), { path: 'r/model/evil.py', content: 'x' }],
    ]) {
      await expect(importBytes(test.cache, tarOfMembers(members))).rejects.toMatchObject({
        code: 'integrity-mismatch',
      });
    }
    expect(await readFile(join(path, 'config.json'), 'utf8')).toBe('{"a":1}');
    const same = await importBytes(
      test.cache,
      tarOfMembers(handBuilt({ commitHash: commit.toUpperCase() })),
    );
    expect(same).toMatchObject({ commit, addedFiles: 0, addedBytes: 0 });
  });

  it('names another spelling of a cached model', async () => {
    await using test = await testCache({ models: [model], archives });
    await test.cache.pullModel('org/name');
    const other = handBuilt({ modelDefinition: { key: 'hf@Org/Name' } });
    await expect(importBytes(test.cache, tarOfMembers(other))).rejects.toThrow(
      /Org\/Name.*org\/name/,
    );
  });
});

describe('room', () => {
  it('is asked for before the content is read', async () => {
    await using folder = await tempFolder();
    await using test = await testCache({ archives });
    const storage = memoryStorage({ workspace: folder.path, totalBytes: 1_000_000 });
    const small = await test.another({
      storage,
      metadata: memoryMetadata(),
    });
    let sent = 0;
    async function* stream(): AsyncGenerator<Uint8Array> {
      const total = Object.values(files).reduce(
        (sum, content) => sum + Buffer.byteLength(content),
        0,
      );
      for await (const chunk of bodyOf(tarOfMembers(handBuilt({ sizeInBytes: total })), 10_000)) {
        sent += chunk.length;
        yield chunk;
      }
    }
    await expect(small.importModel({ stream })).rejects.toMatchObject({ code: 'no-space' });
    expect(sent).toBeLessThan(100_000);
  });

  it('holds one blob for equal files', async () => {
    await using test = await testCache({ archives });
    const { addedFiles } = await importBytes(test.cache, tarOfMembers(handBuilt()));
    expect(addedFiles).toBe(Object.keys(files).length - 1);
    expect(
      test.storage.objects.has(
        `blobs/sha256/${sha256Of(weights).slice(0, 2)}/${sha256Of(weights)}`,
      ),
    ).toBe(true);
  });
});
