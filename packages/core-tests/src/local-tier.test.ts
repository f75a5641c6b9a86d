import { open, readdir, readFile, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelCache } from '@modelkeep/core';
import { isModelkeepError, type Storage } from '@modelkeep/core/spi';
import {
  type MemoryModel,
  memoryModel,
  memoryStorage,
  seededBytes,
  seededRandom,
  type TempFolder,
  tempFolder,
} from '@modelkeep/testkit/memory';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type TestCache, testCache } from './test-cache.ts';

const SIZE = 100_000;
const NAMES = ['org/a', 'org/b', 'org/c'];
const LONG_AGO = Date.now() / 1000 - 3600;

const models: readonly MemoryModel[] = [
  ...NAMES.map((name) =>
    memoryModel(name, { 'config.json': `{"name":"${name}"}`, 'w.bin': seededBytes(name, SIZE) }),
  ),
  memoryModel('org/parts', { 'a.json': '{"a":1}', 'b.json': '{"b":1}' }),
];

let test: TestCache;
let folder: TempFolder;
/** Keys that were read from the storage. */
let reads: string[];
/** Done before each of those reads. */
let onRead: () => Promise<void>;

beforeEach(async () => {
  test = await testCache({ models });
  folder = await tempFolder();
  reads = [];
  onRead = async () => {};
});
afterEach(async () => {
  await test[Symbol.asyncDispose]();
  await folder.remove();
});

/** A cache of a machine whose folder is `workspace`, as one of its processes has it. */
function process(maxBytes: number, workspace: string = folder.path): Promise<ModelCache> {
  const storage = memoryStorage({ objects: test.storage.objects });
  const counted: Storage = {
    ...storage,
    read: async (key, options) => {
      if (key.startsWith('blobs/')) {
        reads.push(key);
        await onRead();
      }
      return storage.read(key, options);
    },
  };
  return test.another({ storage: counted, workspace, localTier: { maxBytes } });
}

async function filesBelow(path: string): Promise<string[]> {
  const found = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
  return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** What the tier takes of the disk: each inode once. */
async function bytesOnDisk(): Promise<number> {
  const inodes = new Map<number, number>();
  for (const part of ['local', 'hub']) {
    for (const path of await filesBelow(join(folder.path, part))) {
      const { ino, size } = await stat(path);
      if (!path.includes('/trees/') && !path.includes('/refs/')) inodes.set(ino, size);
    }
  }
  return [...inodes.values()].reduce((sum, size) => sum + size, 0);
}

/** As if nobody had used anything for an hour. */
async function letTimePass(): Promise<void> {
  for (const part of ['local', 'laid-out', 'hub']) {
    for (const path of await filesBelow(join(folder.path, part))) {
      await utimes(path, LONG_AGO, LONG_AGO).catch(() => {});
    }
  }
}

async function expectModel(path: string, name: string): Promise<void> {
  expect(await readFile(join(path, 'config.json'), 'utf8')).toBe(`{"name":"${name}"}`);
  const weights = await readFile(join(path, 'w.bin'));
  expect(weights.equals(Buffer.from(seededBytes(name, SIZE)))).toBe(true);
}

async function readAll(cache: ModelCache, name: string): Promise<string | undefined> {
  const file = await cache.hub.file(name, 'main', 'w.bin');
  const open = async (): Promise<Buffer> => Buffer.concat(await Array.fromAsync(file.open()));
  const { localPath } = file;
  // As a server does: another process may have evicted it in this moment.
  const bytes = localPath === undefined ? await open() : await readFile(localPath).catch(open);
  expect(bytes.equals(Buffer.from(seededBytes(name, SIZE)))).toBe(true);
  return localPath;
}

function codeOf(error: unknown): string {
  return isModelkeepError(error) ? error.code : `${error}`;
}

it('lays out what this machine pulled without asking the storage for it', async () => {
  const cache = await process(1e9);
  await expectModel((await cache.pullModel('org/a')).path, 'org/a');
  expect(reads).toEqual([]);
});

it('counts a folder that took long to lay out as used when it is handed out', async () => {
  await test.cache.pullModel('org/a');
  const cache = await process(1e9);
  const { commit } = await test.cache.findModel('org/a');
  const note = join(folder.path, 'laid-out', 'models--org--a', `${commit}.json`);
  onRead = () => utimes(note, LONG_AGO, LONG_AGO);
  const before = Date.now();
  await cache.getModelFromCache('org/a');
  expect(reads).not.toEqual([]);
  expect((await stat(note)).mtimeMs).toBeGreaterThanOrEqual(before - 1);
});

it('pulls for others without a folder here, and lays out for those only who ask for it', async () => {
  const cache = await process(1e9);
  const { path } = await cache.pullModel('org/a', { layOut: false });
  await expect(stat(path)).rejects.toThrow('ENOENT');
  expect(await cache.getModelFromCache('org/a')).toBe(path);
  await expectModel(path, 'org/a');
  expect(reads).toEqual([]);
});

it('lays out anew what another machine replaced by another part, of as many files and bytes', async () => {
  const cache = await process(1e9);
  await cache.pullModel('org/parts', { include: ['a.json'] });
  const path = await cache.getModelFromCache('org/parts');
  await test.cache.removeModel('org/parts');
  await test.cache.pullModel('org/parts', { include: ['b.json'] });
  expect(await cache.getModelFromCache('org/parts')).toBe(path);
  expect(await readFile(join(path, 'b.json'), 'utf8')).toBe('{"b":1}');
});

it('brings what is read a second time to this machine, and reads it from here', async () => {
  await test.cache.pullModel('org/a');
  const cache = await process(1e9);
  expect(await readAll(cache, 'org/a')).toBeUndefined();
  expect(await readAll(cache, 'org/a')).toBeUndefined();
  await expect.poll(() => readAll(cache, 'org/a'), { timeout: 20_000 }).toContain(folder.path);
  const before = reads.length;
  await readAll(cache, 'org/a');
  expect(reads).toHaveLength(before);
  // Another process on this machine finds it too.
  const other = await process(1e9);
  await expect.poll(() => readAll(other, 'org/a'), { timeout: 20_000 }).toContain(folder.path);
});

it('never takes in what is damaged', async () => {
  await test.cache.pullModel('org/a');
  for (const [key, object] of test.storage.objects) {
    if (!key.startsWith('blobs/') || object.size !== SIZE) continue;
    const content = Uint8Array.from(object.content);
    content[5] = (content[5] ?? 0) ^ 1;
    test.storage.objects.set(key, { ...object, content });
  }
  const cache = await process(1e9);
  expect(await cache.getModelFromCache('org/a').catch(codeOf)).toBe('integrity-mismatch');
  const sizes = (await filesBelow(join(folder.path, 'local'))).map(async (path) => stat(path));
  expect((await Promise.all(sizes)).map(({ size }) => size)).not.toContain(SIZE);
});

it('keeps within its bounds: what was not used for longest goes, checkouts too', async () => {
  const cache = await process(2.5 * SIZE);
  for (const name of ['org/a', 'org/b']) await cache.pullModel(name);
  await letTimePass();
  const a = await cache.getModelFromCache('org/a');
  const c = (await cache.pullModel('org/c')).path;
  await expectModel(a, 'org/a');
  await expectModel(c, 'org/c');
  const hub = await readdir(join(folder.path, 'hub'));
  expect(hub.toSorted()).toEqual(['models--org--a', 'models--org--c']);
  expect(await bytesOnDisk()).toBeLessThanOrEqual(2.5 * SIZE);
  await letTimePass();
  await expectModel(await cache.getModelFromCache('org/b'), 'org/b');
  expect(await bytesOnDisk()).toBeLessThanOrEqual(2.5 * SIZE);
});

it('lets no checkout go that somebody was just told of', async () => {
  const cache = await process(2.5 * SIZE);
  const a = (await cache.pullModel('org/a')).path;
  const b = (await cache.pullModel('org/b')).path;
  const failure: unknown = await cache.pullModel('org/c').catch((error: unknown) => error);
  expect(isModelkeepError(failure, 'no-space') && failure.retryable).toBe(true);
  await expectModel(a, 'org/a');
  await expectModel(b, 'org/b');
  expect(await bytesOnDisk()).toBeLessThanOrEqual(2.5 * SIZE);
});

it('says at once that a model is larger than all there is, and fetches nothing', async () => {
  const cache = await process(SIZE);
  const failure: unknown = await cache.pullModel('org/a').catch((error: unknown) => error);
  expect(isModelkeepError(failure, 'no-space') && failure.retryable).toBe(false);
  expect(test.source.openCalls).toEqual([]);
  // It may be stored and served all the same.
  await cache.pullModel('org/a', { layOut: false });
  expect(await readAll(cache, 'org/a')).toBeDefined();
});

it('goes on with a read under which its file is evicted', async () => {
  const cache = await process(2.5 * SIZE);
  const { path } = await cache.pullModel('org/a');
  const file = await open(join(path, 'w.bin'));
  await cache.pullModel('org/b');
  await letTimePass();
  await cache.getModelFromCache('org/b');
  await cache.pullModel('org/c');
  await expect(stat(path)).rejects.toThrow('ENOENT');
  expect((await file.readFile()).equals(Buffer.from(seededBytes('org/a', SIZE)))).toBe(true);
  await file.close();
  await readAll(cache, 'org/a');
});

it('counts what was laid out before there were bounds', async () => {
  const storage = memoryStorage({ objects: test.storage.objects });
  const unbounded = await test.another({ storage, workspace: folder.path });
  for (const name of NAMES) await unbounded.pullModel(name);
  expect(await bytesOnDisk()).toBeGreaterThan(3 * SIZE);
  await letTimePass();
  const cache = await process(2 * SIZE);
  await expectModel(await cache.getModelFromCache('org/a'), 'org/a');
  await letTimePass();
  await readAll(cache, 'org/b');
  await readAll(cache, 'org/b');
  await expect.poll(bytesOnDisk, { timeout: 20_000 }).toBeLessThanOrEqual(2 * SIZE);
});

it('forgets what another machine deleted at the next garbage collection', async () => {
  const cache = await process(1e9);
  await cache.pullModel('org/a');
  await test.cache.removeModel('org/a');
  await cache.collectGarbage();
  expect(await bytesOnDisk()).toBe(0);
});

it('serves processes that push each other’s models out: each folder is whole, and the bounds are kept', {
  timeout: 600_000,
}, async () => {
  for (const name of NAMES) await test.cache.pullModel(name);
  const caches = [await process(2.5 * SIZE), await process(2.5 * SIZE)];
  const random = seededRandom(7);
  const use = async (cache: ModelCache): Promise<void> => {
    for (let round = 0; round < 25; round += 1) {
      const name = NAMES[Math.floor(random() * NAMES.length)] ?? '';
      await letTimePass();
      const path = await cache.getModelFromCache(name).catch(codeOf);
      if (path === 'no-space') continue;
      await readAll(cache, name);
    }
  };
  await Promise.all(caches.map(use));
  await letTimePass();
  const useAll = async (): Promise<void> => {
    for (const name of NAMES) {
      await expectModel(await (caches[0] as ModelCache).getModelFromCache(name), name);
      await letTimePass();
    }
  };
  await useAll();
  // What two add at the same moment may exceed the bound, until one of them adds something again.
  const bytesAfterUse = (): Promise<number> => useAll().then(bytesOnDisk);
  await expect.poll(bytesAfterUse, { timeout: 60_000 }).toBeLessThanOrEqual(2.5 * SIZE);
});
