import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { memoryModel, seededBytes, sha256Of, withCommit } from '@modelkeep/testkit/memory';
import { describe, expect, it, vi } from 'vitest';
import { type DiskCache, diskCache, overwrite } from './disk-cache.ts';

const weights = seededBytes(11, 100_000);
const model = memoryModel('org/name', { 'config.json': '{"a":1}', 'model.bin': weights });
const sharer = memoryModel('org/sharer', { 'other.txt': 'other', 'same.bin': weights });
const digest = sha256Of(weights);
const orphan = Buffer.from('nobody refers to me');
const NOTHING = {
  dryRun: false,
  blobs: { count: 0, bytes: 0 },
  partials: { count: 0, bytes: 0 },
  checkouts: 0,
  manifests: 0,
  kept: { count: 0, bytes: 0 },
};

async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}

/** What a crash between storing and noting leaves. */
async function storeOrphan(test: DiskCache): Promise<string> {
  const path = test.blobPath(sha256Of(orphan));
  const key = path.slice(test.folder.length + 1);
  await test.storage.write(key, once(orphan));
  return path;
}

async function listing(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => !name.startsWith('index.db')).toSorted();
}

describe('collectGarbage', () => {
  it('finds nothing in a store that is in order', async () => {
    await using test = await diskCache({ models: [model, sharer] });
    await test.cache.pullModel('org/name');
    await test.cache.pullModel('org/sharer');
    const before = await listing(test.folder);
    expect(await test.cache.collectGarbage()).toEqual(NOTHING);
    expect(await listing(test.folder)).toEqual(before);
  });

  it('keeps what another model shares', async () => {
    await using test = await diskCache({ models: [model, sharer] });
    await test.cache.pullModel('org/name');
    const { path } = await test.cache.pullModel('org/sharer');
    await test.metadata.removeEntry('hf@org/name');
    const report = await test.cache.collectGarbage();
    expect(report).toEqual({
      ...NOTHING,
      blobs: { count: 1, bytes: 7 },
      manifests: 2,
      checkouts: 1,
    });
    expect(Buffer.compare(await readFile(join(path, 'same.bin')), weights)).toBe(0);
    expect((await test.cache.verifyModels()).problems).toEqual([]);
    expect(await test.cache.collectGarbage()).toEqual(NOTHING);
  });

  it('removes all that an interrupted removal left, to the last byte', async () => {
    await using test = await diskCache({ models: [model, sharer] });
    await test.cache.pullModel('org/sharer');
    await test.cache.removeModel('org/sharer');
    const empty = await listing(test.folder);
    await test.cache.pullModel('org/name');
    await test.cache.pullModel('org/sharer');
    await test.metadata.removeEntry('hf@org/name');
    await test.cache.removeModel('org/sharer');
    await test.cache.collectGarbage();
    // Folders stay; what is in them does not.
    const left = await listing(test.folder);
    const files = [];
    for (const name of left)
      if (!empty.includes(name) && (await stat(join(test.folder, name))).isFile()) files.push(name);
    expect(files).toEqual([]);
    expect((await test.metadata.blobTotals()).count).toBe(0);
  });

  it('removes contents that were never noted', async () => {
    await using test = await diskCache({ models: [model] });
    await test.cache.pullModel('org/name');
    const path = await storeOrphan(test);
    const blobs = { count: 1, bytes: orphan.length };
    expect(await test.cache.collectGarbage({ dryRun: true })).toEqual({
      ...NOTHING,
      dryRun: true,
      blobs,
    });
    expect((await stat(path)).size).toBe(orphan.length);
    expect(await test.cache.collectGarbage()).toEqual({ ...NOTHING, blobs });
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });

  it('changes nothing in a dry run, and tells what a run would do', async () => {
    await using test = await diskCache({ models: [model, sharer] });
    await test.cache.pullModel('org/name');
    await test.cache.pullModel('org/sharer');
    await test.metadata.removeEntry('hf@org/name');
    await storeOrphan(test);
    await mkdir(join(test.folder, 'partial/ingest-dead'), { recursive: true });
    await writeFile(join(test.folder, 'partial/ingest-dead/x'), 'half');
    const before = await listing(test.folder);
    const dry = await test.cache.collectGarbage({ dryRun: true });
    expect(await listing(test.folder)).toEqual(before);
    expect(await test.cache.collectGarbage()).toEqual({ ...dry, dryRun: false });
  });

  it('spares what a model that is being stored may use, and takes it afterwards', async () => {
    await using test = await diskCache({ models: [model] });
    await test.cache.pullModel('org/name');
    const request = { owner: 'another', ttlMs: 60_000 };
    await test.metadata.acquireLeases(['ingest/alive'], request);
    const alive = join(test.folder, 'partial/ingest-alive');
    await mkdir(alive, { recursive: true });
    await writeFile(join(alive, 'x'), 'half');
    const path = await storeOrphan(test);
    const noted = Buffer.from('noted while it is alive');
    const notedPath = test.blobPath(sha256Of(noted));
    const object = await test.storage.write(notedPath.slice(test.folder.length + 1), once(noted));
    await test.metadata.putBlobs([
      { digest: sha256Of(noted), size: noted.length, receipt: object.receipt, verifiedAt: 1 },
    ]);
    expect(await test.cache.collectGarbage()).toEqual({
      ...NOTHING,
      kept: { count: 2, bytes: orphan.length + noted.length },
    });
    for (const there of [path, notedPath, join(alive, 'x')])
      expect((await stat(there)).isFile()).toBe(true);
    await test.metadata.releaseLeases('another');
    expect(await test.cache.collectGarbage()).toMatchObject({
      blobs: { count: 2 },
      partials: { count: 1 },
      kept: { count: 0 },
    });
  });

  it('forgets the leases of those who were killed more than a week ago', async () => {
    await using test = await diskCache();
    const { metadata } = test;
    const [old] = await metadata.acquireLeases(['ingest/killed'], { owner: 'killed', ttlMs: 1 });
    await metadata.acquireLeases(['ingest/alive'], { owner: 'alive', ttlMs: 60_000 });
    await vi.waitFor(async () => expect(await metadata.now()).toBeGreaterThan(old?.expiresAt ?? 0));
    const collectIn = async (days: number): Promise<void> => {
      const now = metadata.now.bind(metadata);
      metadata.now = async (call) => (await now(call)) + days * 86_400_000;
      await test.cache.collectGarbage();
      metadata.now = now;
    };
    const renewed = (): Promise<readonly string[]> =>
      metadata.renewLeases({ owner: 'killed', ttlMs: 1 });
    await collectIn(7);
    expect(await renewed()).toEqual(['ingest/killed']);
    await vi.waitFor(async () => expect(await metadata.listLeases('ingest/killed')).toEqual([]));
    await collectIn(8);
    expect(await renewed()).toEqual([]);
    expect(await metadata.listLeases('')).toMatchObject([{ key: 'ingest/alive' }]);
  });

  it('spares what a model has stored whose download began after the collection', async () => {
    await using test = await diskCache({ models: [model] });
    await test.cache.pullModel('org/name');
    const { list } = test.storage;
    let path = '';
    test.storage.list = async function* (prefix, options) {
      if (prefix.startsWith('blobs')) {
        const request = { owner: 'another', ttlMs: 60_000 };
        await test.metadata.acquireLeases(['ingest/late'], request);
        path = await storeOrphan(test);
      }
      yield* list.call(test.storage, prefix, options);
    };
    expect(await test.cache.collectGarbage()).toEqual({
      ...NOTHING,
      kept: { count: 1, bytes: orphan.length },
    });
    expect((await stat(path)).size).toBe(orphan.length);
  });

  it('removes partial files and staging folders that nobody holds, and no other', async () => {
    await using test = await diskCache();
    const partial = join(test.folder, 'partial');
    await mkdir(join(partial, 'ingest-dead/deep'), { recursive: true });
    await mkdir(join(partial, 'checkout-dead'), { recursive: true });
    await writeFile(join(partial, 'ingest-dead/deep/x'), 'half');
    await writeFile(join(partial, `sha256-${digest}`), 'half');
    await writeFile(join(partial, 'git-held'), 'half');
    await test.metadata.acquireLeases(['flight/git-held'], { owner: 'other', ttlMs: 60_000 });
    expect((await test.cache.collectGarbage()).partials.count).toBe(3);
    expect(await readdir(partial)).toEqual(['git-held']);
  });

  it('never touches what other programs keep in hub/', async () => {
    await using test = await diskCache({ models: [model] });
    const { commit } = await test.cache.pullModel('org/name');
    const hub = join(test.folder, 'hub');
    const foreign = join(hub, 'models--other--thing');
    await mkdir(join(foreign, 'blobs'), { recursive: true });
    await mkdir(join(foreign, 'snapshots', commit), { recursive: true });
    await writeFile(join(foreign, 'blobs', digest), weights);
    await symlink(`../../blobs/${digest}`, join(foreign, 'snapshots', commit, 'model.bin'));
    await mkdir(join(hub, '.locks'));
    await test.cache.removeModel('org/name');
    await test.cache.collectGarbage();
    expect(await readdir(hub)).toEqual(['.locks', 'models--other--thing']);
    const kept = await readFile(join(foreign, 'snapshots', commit, 'model.bin'));
    expect(Buffer.compare(kept, weights)).toBe(0);
  });

  it('leaves a snapshot alone that a client has added to a model, with the contents that it shares', async () => {
    await using test = await diskCache({ models: [model] });
    const { path } = await test.cache.pullModel('org/name');
    const added = join(path, '..', 'f'.repeat(40));
    await mkdir(added);
    await symlink(`../../blobs/${digest}`, join(added, 'model.bin'));
    await test.cache.removeModel('org/name');
    await test.cache.collectGarbage();
    expect(await readdir(join(path, '..'))).toEqual(['f'.repeat(40)]);
    expect(Buffer.compare(await readFile(join(added, 'model.bin')), weights)).toBe(0);
    expect(await readdir(join(path, '../../blobs'))).toEqual([digest]);
    await expect(stat(test.blobPath(digest))).rejects.toThrow('ENOENT');
  });

  it('removes a checkout that only a manifest knows, and keeps the others of the model', async () => {
    await using test = await diskCache({ models: [model] });
    const old = await test.cache.pullModel('org/name');
    const next = memoryModel('org/name', { 'config.json': '{"a":2}', 'model.bin': weights });
    test.source.setModel(withCommit(model, next));
    const now = await test.cache.pullModel('org/name');
    await test.metadata.removeSnapshot('org/name', old.commit);
    expect(await test.cache.collectGarbage()).toEqual({
      ...NOTHING,
      blobs: { count: 1, bytes: 7 },
      checkouts: 1,
      manifests: 1,
    });
    expect(await readdir(join(now.path, '..'))).toEqual([now.commit]);
    expect((await test.cache.verifyModels()).problems).toEqual([]);
  });

  it('goes on when a manifest is damaged, and leaves it for a verify to name', async () => {
    await using test = await diskCache({ models: [model, sharer] });
    await test.cache.pullModel('org/name');
    const { commit } = await test.cache.pullModel('org/sharer');
    const manifest = join(test.folder, `manifests/models--org--sharer/${commit}.json`);
    await overwrite(manifest, 'not JSON');
    const path = await storeOrphan(test);
    expect((await test.cache.collectGarbage()).blobs.count).toBe(1);
    await expect(stat(path)).rejects.toThrow('ENOENT');
    expect(await readFile(manifest, 'utf8')).toBe('not JSON');
  });

  it('brings a lost index back before it calls anything garbage', async () => {
    await using test = await diskCache({ models: [model] });
    await test.cache.pullModel('org/name');
    await test.metadata.removeEntry('hf@org/name');
    expect(await test.cache.collectGarbage()).toEqual(NOTHING);
    expect((await test.cache.verifyModels()).problems).toEqual([]);
    await rm(test.blobPath(digest));
  });
});
