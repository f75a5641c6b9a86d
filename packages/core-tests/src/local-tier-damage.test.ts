import { chmod, open, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelCache, ModelCacheOptions } from '@modelkeep/core';
import {
  memoryModel,
  memoryStorage,
  seededBytes,
  sha256Of,
  type TempFolder,
  tempFolder,
} from '@modelkeep/testkit/memory';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type TestCache, testCache } from './test-cache.ts';

const WEIGHTS = Buffer.from(seededBytes('org/a', 100_000));
const DIGEST = sha256Of(WEIGHTS);

const models = [
  memoryModel('org/a', { 'config.json': '{"a":1}', 'w.bin': WEIGHTS }),
  memoryModel('org/b', { 'config.json': '{"b":1}' }),
];

let test: TestCache;
let folder: TempFolder;
/** The copy of the weights on the machine whose folder it is. */
let copy: string;

beforeEach(async () => {
  test = await testCache({ models });
  folder = await tempFolder();
  copy = join(folder.path, 'local', DIGEST.slice(0, 2), DIGEST);
});
afterEach(async () => {
  await test[Symbol.asyncDispose]();
  await folder.remove();
});

type Bounds = Pick<ModelCacheOptions, 'localTier'>;

/** A cache as one process of the machine has it. */
function process(bounds: Bounds = { localTier: { maxBytes: 1e9 } }): Promise<ModelCache> {
  const storage = memoryStorage({ objects: test.storage.objects });
  return test.another({ storage, workspace: folder.path, ...bounds });
}

/** Reads the weights. Returns where from, if it was a path. */
async function readWeights(cache: ModelCache): Promise<string | undefined> {
  const file = await cache.hub.file('org/a', 'main', 'w.bin');
  const bytes =
    file.localPath === undefined
      ? Buffer.concat(await Array.fromAsync(file.open()))
      : await readFile(file.localPath);
  expect(bytes.equals(WEIGHTS)).toBe(true);
  return file.localPath;
}

async function isWhole(path: string): Promise<boolean> {
  return (await readFile(join(path, 'w.bin'))).equals(WEIGHTS);
}

it.each<[string, Bounds | undefined]>([
  ['a local tier', undefined],
  ['none', {}],
])('puts a content on the disk before it gets its name, with %s', async (_tier, bounds) => {
  await test.cache.pullModel('org/a');
  const handle = await open(import.meta.filename);
  const datasync = vi.spyOn(Object.getPrototypeOf(handle), 'datasync');
  await handle.close();
  try {
    await (await process(bounds)).getModelFromCache('org/a');
    expect(datasync).toHaveBeenCalledTimes(2);
  } finally {
    datasync.mockRestore();
  }
});

describe('what a power cut has cut short here', () => {
  beforeEach(async () => {
    await test.cache.pullModel('org/b');
    await (await process()).pullModel('org/a', { layOut: false });
    await chmod(copy, 0o644);
    await truncate(copy, WEIGHTS.byteLength / 2);
  });

  it('is read from the storage, and brought anew', async () => {
    const cache = await process();
    // Looks at the disk.
    await cache.getModelFromCache('org/b');
    expect(await readWeights(cache)).toBeUndefined();
    await expect.poll(() => readWeights(cache), { timeout: 20_000 }).toBe(copy);
  });

  it('is not laid out', async () => {
    expect(await isWhole(await (await process()).getModelFromCache('org/a'))).toBe(true);
  });
});

it.each([
  ['cut short', (bytes: Buffer) => bytes.subarray(0, 50_000)],
  ['changed', (bytes: Buffer) => bytes.fill(0, 5, 50)],
])('repairs a checkout and the copy here that it links to, which was %s', async (_, change) => {
  const { path } = await (await process()).pullModel('org/a');
  await chmod(copy, 0o644);
  await writeFile(copy, change(await readFile(copy)));
  expect(await isWhole(path)).toBe(false);
  const cache = await process();
  const { problems } = await cache.verifyModels({ repair: true });
  expect(problems).toMatchObject([{ kind: 'checkout-broken', path: 'w.bin', repaired: true }]);
  expect(await isWhole(path)).toBe(true);
  expect((await stat(join(path, 'w.bin'))).ino).toBe((await stat(copy)).ino);
  expect((await cache.verifyModels()).problems).toEqual([]);
});

it('lays a checkout out anew whose note was cut short, and holds up no other', async () => {
  for (const name of ['org/a', 'org/b']) await test.cache.pullModel(name);
  const cache = await process();
  const path = await cache.getModelFromCache('org/a');
  const { commit } = await cache.findModel('org/a');
  const note = join(folder.path, 'laid-out', 'models--org--a', `${commit}.json`);
  await truncate(note, 0);
  await (await process()).getModelFromCache('org/b');
  expect(await (await process()).getModelFromCache('org/a')).toBe(path);
  expect(await isWhole(path)).toBe(true);
  expect((await stat(note)).size).toBeGreaterThan(0);
});
