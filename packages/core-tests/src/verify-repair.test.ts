import { mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { memoryModel, seededBytes, sha256Of } from '@modelkeep/testkit/memory';
import { describe, expect, it } from 'vitest';
import { damage, diskCache, overwrite, warnings } from './disk-cache.ts';

const MIB = 1024 * 1024;
const weights = seededBytes(7, 3 * MIB + 11);
const files = { 'README.md': '# A model\n', 'config.json': '{"a":1}', 'sub/model.bin': weights };
const model = memoryModel('org/name', files);
const sharer = memoryModel('org/sharer', { 'other.txt': 'x', 'same.bin': weights });
const [commit] = Object.keys(model.commits) as [string];
const digest = sha256Of(weights);

describe('verifyModels with repair', () => {
  it('repairs a damaged blob, and the checkouts of every model that shares it', async () => {
    await using test = await diskCache({ models: [model, sharer] });
    const one = await test.cache.pullModel('org/name');
    const other = await test.cache.pullModel('org/sharer');
    await damage(test.blobPath(digest), 5);
    const report = await test.cache.verifyModels({ models: ['org/name'], repair: true });
    expect(report.problems).toMatchObject([
      { kind: 'blob-damaged', modelId: 'org/name', repaired: true },
      { kind: 'checkout-broken', modelId: 'org/name', path: 'sub/model.bin', repaired: true },
      { kind: 'checkout-broken', modelId: 'org/sharer', path: 'same.bin', repaired: true },
    ]);
    for (const path of [join(one.path, 'sub/model.bin'), join(other.path, 'same.bin')]) {
      expect(sha256Of(await readFile(path))).toBe(digest);
      expect((await stat(path)).ino).toBe((await stat(test.blobPath(digest))).ino);
    }
    expect((await test.cache.verifyModels()).problems).toEqual([]);
    expect((await test.cache.collectGarbage({ dryRun: true })).partials.count).toBe(0);
  });

  it('keeps a damaged blob that it cannot fetch again, and says why', async () => {
    await using test = await diskCache({ models: [model], offline: false });
    await test.cache.pullModel('org/name');
    await damage(test.blobPath(digest));
    const damaged = await readFile(test.blobPath(digest));
    test.source.setModel(memoryModel('org/name', { 'README.md': 'other' }));
    const report = await test.cache.verifyModels({ repair: true });
    expect(report.problems).toMatchObject([
      { kind: 'blob-damaged', repaired: false, reason: expect.stringContaining('memory') },
    ]);
    expect(Buffer.compare(await readFile(test.blobPath(digest)), damaged)).toBe(0);
  });

  it('brings a missing blob back from the checkout, without any source', async () => {
    await using test = await diskCache({ models: [model] });
    await test.cache.pullModel('org/name');
    const calls = test.source.openCalls.length;
    await rm(test.blobPath(digest));
    expect((await test.cache.verifyModels()).problems).toMatchObject([
      { kind: 'blob-missing', path: 'sub/model.bin', expected: digest, repaired: false },
    ]);
    const report = await test.cache.verifyModels({ repair: true });
    expect(report.problems).toMatchObject([{ kind: 'blob-missing', repaired: true }]);
    expect(test.source.openCalls).toHaveLength(calls);
    expect((await test.cache.verifyModels()).problems).toEqual([]);
  });

  it('repairs every way in which a checkout can be wrong', async () => {
    await using test = await diskCache({ models: [model] });
    const { path } = await test.cache.pullModel('org/name');
    const repo = join(test.folder, 'hub/models--org--name');
    await rm(join(path, 'README.md'));
    await rm(join(path, 'config.json'));
    await symlink('/etc/hostname', join(path, 'config.json'));
    await rm(join(repo, 'blobs', digest));
    await writeFile(join(repo, 'blobs', digest), Buffer.alloc(weights.length));
    await writeFile(join(repo, 'refs/main'), 'nonsense');
    await writeFile(join(repo, 'trees', `${commit}.json`), '{}');
    const broken = (await test.cache.verifyModels()).problems;
    expect(broken.map(({ kind, path: name }) => [kind, name])).toEqual(
      ['README.md', 'config.json', 'refs/main', 'sub/model.bin', `trees/${commit}.json`].map(
        (name) => ['checkout-broken', name],
      ),
    );
    const repaired = await test.cache.verifyModels({ repair: true });
    expect(repaired.problems.map((problem) => problem.repaired)).toEqual(Array(5).fill(true));
    expect((await test.cache.verifyModels()).problems).toEqual([]);
    for (const [name, content] of Object.entries(files))
      expect(Buffer.compare(await readFile(join(path, name)), Buffer.from(content))).toBe(0);
    expect(await readFile(join(repo, 'refs/main'), 'utf8')).toBe(commit);
  });

  it('reports a folder in the place of a file, and leaves it', async () => {
    await using test = await diskCache({ models: [model] });
    const { path } = await test.cache.pullModel('org/name');
    await rm(join(path, 'README.md'));
    await mkdir(join(path, 'README.md'));
    expect((await test.cache.verifyModels({ repair: true })).problems).toMatchObject([
      { path: 'README.md', repaired: false, reason: expect.stringContaining('folder') },
    ]);
  });

  it('finds and rewrites lost and damaged manifests', async () => {
    await using test = await diskCache({ models: [model] });
    await test.cache.pullModel('org/name');
    const folder = join(test.folder, 'manifests/models--org--name');
    const entry = await readFile(join(folder, 'entries/main.json'), 'utf8');
    const snapshot = await readFile(join(folder, `${commit}.json`), 'utf8');
    await rm(join(folder, 'entries/main.json'));
    await overwrite(join(folder, `${commit}.json`), '{"formatVersion":1,"kind":"sn');
    expect((await test.cache.verifyModels()).problems).toMatchObject([
      { kind: 'manifest-missing', modelId: 'org/name', repaired: false },
      { kind: 'manifest-missing', found: 'nothing', repaired: false },
    ]);
    const { problems } = await test.cache.verifyModels({ repair: true });
    expect(problems.map(({ repaired }) => repaired)).toEqual([true, true]);
    expect(await readFile(join(folder, 'entries/main.json'), 'utf8')).toBe(entry);
    expect(JSON.parse(await readFile(join(folder, `${commit}.json`), 'utf8'))).toEqual(
      JSON.parse(snapshot),
    );
  });

  it('brings back an entry that the index has lost, and removes what a removal left', async () => {
    const third = memoryModel('org/third', { 'a.txt': 'a' });
    await using test = await diskCache({ models: [model, sharer, third] });
    for (const name of ['org/name', 'org/sharer', 'org/third']) await test.cache.pullModel(name);
    await test.metadata.removeEntry('hf@org/name');
    await test.metadata.removeEntry('hf@org/sharer');
    const [left] = Object.keys(sharer.commits);
    const manifests = join(test.folder, 'manifests/models--org--sharer');
    await rm(join(manifests, 'entries'), { recursive: true });

    let problems: readonly unknown[] = [0];
    const told = await warnings(async (onEvent) => {
      ({ problems } = await test.cache.verifyModels({ onEvent }));
    });
    expect(problems).toEqual([]);
    expect(told).toEqual([expect.stringContaining('3 manifests')]);
    await test.cache.verifyModels({ repair: true });
    const entries = await Array.fromAsync(test.cache.listModels());
    expect(entries.map(({ key }) => key)).toEqual(['hf@org/name', 'hf@org/third']);
    await expect(stat(join(manifests, `${left}.json`))).rejects.toThrow('ENOENT');
    await expect(stat(join(test.folder, 'hub/models--org--sharer'))).rejects.toThrow('ENOENT');
    expect((await test.cache.verifyModels()).problems).toEqual([]);
  });
});
