import { link, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isModelkeepError } from '@modelkeep/core/spi';
import { memoryModel, seededBytes, tempFolder } from '@modelkeep/testkit/memory';
import { describe, expect, it } from 'vitest';
import { diskCache } from './disk-cache.ts';
import { etagOf, writeHfRepo } from './hf-cache.ts';

const commit = 'a'.repeat(40);
const good = { 'config.json': { content: '{"a":1}' } };
const snapshot = { commit, files: good, refs: ['main'] };

/** A cache with one good file beside whatever `spoil` puts there. */
async function adoptSpoiled(spoil: (repo: string, hub: string) => Promise<unknown>) {
  await using test = await diskCache();
  await using home = await tempFolder();
  const hub = home.join('hub');
  const repo = await writeHfRepo(hub, 'models--org--name', [snapshot]);
  await spoil(repo, hub);
  const result = await test.cache.adoptFolder(hub);
  const reasons = Object.fromEntries(
    result.skipped.map(({ path, reason }) => [path.replace(`/${commit}/`, '/…/'), reason]),
  );
  const files = await Promise.all(
    result.adopted.map(async ({ path }) => readdir(path, { recursive: true })),
  );
  return { result, reasons, files: files.flat().toSorted() };
}

const inSnapshot = (repo: string, name: string): string => join(repo, 'snapshots', commit, name);
const SNAPSHOT = 'models--org--name/snapshots/…';

describe('adoptFolder of a hostile or odd folder', () => {
  it('refuses links that leave the folder', async () => {
    const { reasons, files } = await adoptSpoiled(async (repo, hub) => {
      await writeFile(join(hub, '..', 'secret'), 'secret');
      await symlink('../../../../secret', inSnapshot(repo, 'up.txt'));
      await symlink('/etc/hostname', inSnapshot(repo, 'absolute.txt'));
      await symlink('/etc', inSnapshot(repo, 'folder'));
      await symlink('/etc/hostname', join(repo, 'blobs', 'b'.repeat(40)));
      await symlink(`../../blobs/${'b'.repeat(40)}`, inSnapshot(repo, 'through-blob.txt'));
    });
    expect(files).toEqual(['config.json']);
    expect(Object.keys(reasons).toSorted()).toEqual(
      ['absolute.txt', 'folder', 'through-blob.txt', 'up.txt'].map((name) => `${SNAPSHOT}/${name}`),
    );
    for (const reason of Object.values(reasons))
      expect(reason).toContain('leaves the cache folder');
  });

  it('refuses loops, links to nothing, links to folders, and what is no file', async () => {
    const { reasons, files } = await adoptSpoiled(async (repo) => {
      await symlink('loop.txt', inSnapshot(repo, 'loop.txt'));
      await symlink('.', inSnapshot(repo, 'self'));
      await symlink(`../../blobs/${'c'.repeat(64)}`, inSnapshot(repo, 'absent.bin'));
    });
    expect(files).toEqual(['config.json']);
    expect(reasons).toEqual({
      [`${SNAPSHOT}/loop.txt`]: expect.stringContaining('loop'),
      [`${SNAPSHOT}/self`]: expect.stringContaining('something else than a file'),
      [`${SNAPSHOT}/absent.bin`]: expect.stringContaining('link to nothing'),
    });
  });

  it('counts a file whose blob is gone as missing', async () => {
    const { result } = await adoptSpoiled((repo) =>
      symlink(`../../blobs/${'c'.repeat(64)}`, inSnapshot(repo, 'absent.bin')),
    );
    expect(result.adopted).toMatchObject([{ complete: false, fileCount: 1 }]);
  });

  it('refuses a snapshot, a repository or a ref that is a link', async () => {
    const { result, reasons } = await adoptSpoiled(async (repo, hub) => {
      await symlink('/etc', join(repo, 'snapshots', 'b'.repeat(40)));
      await symlink('models--org--name', join(hub, 'models--org--alias'));
      await symlink('main', join(repo, 'refs', 'alias'));
    });
    expect(result.adopted).toHaveLength(1);
    expect(Object.keys(reasons).toSorted()).toEqual([
      'models--org--alias',
      'models--org--name/refs/alias',
      `models--org--name/snapshots/${'b'.repeat(40)}`,
    ]);
  });

  it('names odd names and leaves them out', async () => {
    const { reasons, files, result } = await adoptSpoiled(async (repo, hub) => {
      await mkdir(inSnapshot(repo, '.git/hooks'), { recursive: true });
      await writeFile(inSnapshot(repo, '.git/hooks/post-checkout'), 'run me');
      await writeFile(inSnapshot(repo, 'back\\slash'), 'x');
      await writeFile(inSnapshot(repo, 'new\nline.txt'), 'kept');
      await writeFile(
        Buffer.concat([Buffer.from(inSnapshot(repo, 'not-utf8-')), Buffer.from([0xff])]),
        'x',
      );
      await mkdir(join(repo, 'snapshots', 'not-a-commit'));
      await mkdir(join(hub, 'models--'));
      await mkdir(join(hub, 'models--a--b--c'));
      await mkdir(join(hub, 'models--..--x'));
      await writeFile(join(repo, 'refs', 'v1~2'), commit);
      await writeFile(join(repo, 'refs', 'odd'), '../../etc');
      await writeFile(join(repo, 'refs', 'gone'), 'd'.repeat(40));
    });
    expect(files).toEqual(['config.json', 'new\nline.txt']);
    expect(result.adopted).toHaveLength(1);
    expect(Object.keys(reasons)).toHaveLength(10);
    expect(reasons[`${SNAPSHOT}/.git/hooks/post-checkout`]).toContain('cannot be kept');
    expect(reasons['models--org--name/refs/odd']).toContain('does not name a commit');
    expect(reasons['models--org--name/refs/gone']).toContain('no files');
  });

  it('names what a user may miss, and is silent about what clients keep for themselves', async () => {
    const { reasons, result } = await adoptSpoiled(async (repo, hub) => {
      await writeFile(join(repo, 'blobs', `${'e'.repeat(64)}.1234abcd.incomplete`), 'half');
      await writeFile(join(repo, 'blobs', `${'f'.repeat(40)}.part`), 'half');
      await mkdir(join(hub, 'datasets--squad'));
      await mkdir(join(hub, 'spaces--org--demo'));
      await mkdir(join(hub, '.locks/models--org--name'), { recursive: true });
      await mkdir(join(repo, '.no_exist', commit), { recursive: true });
      await writeFile(join(repo, '.no_exist', commit, 'adapter.json'), '');
      await writeFile(join(hub, 'CACHEDIR.TAG'), 'Signature');
      await writeFile(inSnapshot(repo, '.DS_Store'), 'x');
      await mkdir(join(hub, 'models--org--empty/snapshots', commit), { recursive: true });
    });
    expect(result.adopted).toHaveLength(1);
    expect(reasons).toEqual({
      'datasets--squad': expect.stringContaining('only models'),
      'spaces--org--demo': expect.stringContaining('only models'),
      [`models--org--name/blobs/${'e'.repeat(64)}.1234abcd.incomplete`]:
        expect.stringContaining('not finished'),
      [`models--org--name/blobs/${'f'.repeat(40)}.part`]: expect.stringContaining('not finished'),
      [`models--org--empty/snapshots/${commit}`]: expect.stringContaining('no file'),
    });
  });

  it('says what a listing is that cannot be read, and does without', async () => {
    const { reasons, result } = await adoptSpoiled(async (repo) => {
      await mkdir(join(repo, 'trees'));
      await writeFile(
        join(repo, 'trees', `${commit}.json`),
        JSON.stringify({ format_version: 1, files: { '../up': { size: 1, blob_id: commit } } }),
      );
    });
    expect(result.adopted).toHaveLength(1);
    expect(reasons).toEqual({
      [`models--org--name/trees/${commit}.json`]: expect.stringContaining('not a list of files'),
    });
  });

  it('takes a file of which another hard link exists, once', async () => {
    const { result } = await adoptSpoiled((repo) =>
      link(join(repo, 'blobs', etagOf(good['config.json'])), inSnapshot(repo, 'second.json')),
    );
    expect(result.adopted).toMatchObject([{ fileCount: 2 }]);
  });

  it('says that a folder is no cache', async () => {
    await using test = await diskCache();
    await using folder = await tempFolder();
    for (const path of [folder.path, folder.join('absent')]) {
      const error = await test.cache.adoptFolder(path).catch((e: unknown) => e);
      expect(isModelkeepError(error, 'invalid-argument')).toBe(true);
    }
  });

  it('names the folder that a linked cache leads to', async () => {
    await using test = await diskCache();
    await using folder = await tempFolder();
    await writeHfRepo(folder.join('elsewhere'), 'models--org--name', [snapshot]);
    await symlink('elsewhere', folder.join('hub'));
    const error = await test.cache.adoptFolder(folder.path).catch((e: unknown) => e);
    expect(error).toMatchObject({ message: expect.stringContaining(folder.join('elsewhere')) });
    expect((await test.cache.adoptFolder(folder.join('hub'))).adopted).toHaveLength(1);
  });

  it("takes what a client fetched into the store's own folder", async () => {
    const model = memoryModel('org/ours', { 'config.json': '{"a":1}' });
    await using test = await diskCache({ models: [model] });
    const { path } = await test.cache.pullModel('org/ours');
    await writeHfRepo(join(test.folder, 'hub'), 'models--org--name', [snapshot]);
    const { adopted, linkedBytes } = await test.cache.adoptFolder(test.folder);
    expect(adopted.map(({ key }) => key)).toEqual(['hf@org/name', 'hf@org/ours']);
    expect(linkedBytes).toBe(0);
    expect((await test.cache.verifyModels()).problems).toEqual([]);
    expect(await readdir(path)).toEqual(['config.json']);
  });

  it('stops when it is told to; what is stored stays, and a second call goes on', async () => {
    await using test = await diskCache();
    await using hub = await tempFolder(test.folder);
    const names = ['models--org--a', 'models--org--b', 'models--org--c', 'models--org--d'];
    for (const [index, name] of names.entries())
      await writeHfRepo(hub.path, name, [
        { ...snapshot, files: { 'w.bin': { content: seededBytes(index, 300_000), lfs: true } } },
      ]);
    const stop = new AbortController();
    const reason = new Error('enough');
    const run = test.cache.adoptFolder(hub.path, {
      signal: stop.signal,
      onEvent: ({ type }) => type === 'file-done' && stop.abort(reason),
    });
    await expect(run).rejects.toBe(reason);
    expect((await test.cache.verifyModels()).problems).toEqual([]);
    expect(await readdir(join(test.folder, 'partial'))).toEqual([]);
    expect((await test.cache.adoptFolder(hub.path)).adopted).toHaveLength(4);
    await rm(hub.path, { recursive: true });
    expect((await test.cache.verifyModels()).problems).toEqual([]);
  });
});
