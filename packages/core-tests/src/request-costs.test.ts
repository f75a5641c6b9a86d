import { createModelCache, type ModelCache } from '@modelkeep/core';
import type { MetadataStore, Storage } from '@modelkeep/core/spi';
import {
  type MemoryMetadata,
  type MemoryStorage,
  memoryMetadata,
  memoryModel,
  memorySource,
  memoryStorage,
  seededBytes,
  type TempFolder,
  tempFolder,
} from '@modelkeep/testkit/memory';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

/** Small files, and one that is fetched by ranges. */
const model = memoryModel('org/name', {
  'a.json': '{"a":1}',
  'b.json': '{"b":1}',
  'w.bin': seededBytes(11, 3_000_000),
});

const other = memoryModel('org/other', { 'c.json': '{}' });

/** Calls by name: `metadata.getEntry`. */
type Costs = Record<string, number>;

let storage: MemoryStorage;
let metadata: MemoryMetadata;
let folder: TempFolder;
let cache: ModelCache;
let costs: Costs;

function counted<Part extends object>(part: Part, name: string): Part {
  return new Proxy(part, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        const call = `${name}.${String(key)}`;
        costs[call] = (costs[call] ?? 0) + 1;
        return Reflect.apply(value, target, args);
      };
    },
  });
}

/** What `work` costs, with all that it leaves to be done in the background. */
async function costOf(work: () => Promise<unknown>): Promise<Costs> {
  costs = {};
  await work();
  let before = -1;
  // Until nothing is added any more.
  await expect
    .poll(
      () => {
        const now = Object.values(costs).reduce((sum, count) => sum + count, 0);
        const isStill = now === before;
        before = now;
        return isStill;
      },
      { interval: 150, timeout: 20_000 },
    )
    .toBe(true);
  return costs;
}

/** A server on the store, as each of many: the storage is elsewhere. */
async function serverOn(place: string): Promise<ModelCache> {
  return createModelCache({
    storage: counted<Storage>(
      memoryStorage({ objects: storage.objects, presign: true }),
      'storage',
    ),
    metadata: counted<MetadataStore>(memoryMetadata({ data: metadata.data }), 'metadata'),
    sources: [{ name: 'memory', source: memorySource({ models: [model, other] }) }],
    workspace: place,
    localTier: { maxBytes: 1e9 },
    user: { name: 'tester', role: 'admin' },
  });
}

async function readAll(path: string): Promise<void> {
  for await (const _ of (await cache.hub.file('org/name', 'main', path)).open());
}

async function localPath(): Promise<string | undefined> {
  return (await cache.hub.file('org/name', 'main', 'w.bin')).localPath;
}

beforeEach(async () => {
  costs = {};
  folder = await tempFolder();
  storage = memoryStorage();
  metadata = memoryMetadata();
  cache = await serverOn(folder.path);
});
afterEach(async () => {
  await cache.close();
  await folder.remove();
});

/** From now on `cache` is another server on the store, which has served the model before. */
async function becomeWarm(): Promise<void> {
  await cache.pullModel('org/name', { layOut: false });
  await cache.close();
  await folder.remove();
  folder = await tempFolder();
  cache = await serverOn(folder.path);
  for (const path of ['a.json', 'w.bin']) await readAll(path);
}

describe('of a server that has served the model before', () => {
  // Leases that linger until a time are no cost of what happens to be done at that time.
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await becomeWarm();
  });
  afterEach(() => void vi.useRealTimers());

  it('a HEAD: two look-ups in the database, nothing in the bucket', async () => {
    expect(await costOf(() => cache.hub.file('org/name', 'main', 'a.json'))).toEqual({
      'metadata.getEntry': 1,
      'metadata.getBlobs': 1,
    });
  });

  it('a GET from the bucket: the same, and one read there', async () => {
    expect(await costOf(() => readAll('b.json'))).toEqual({
      'metadata.getEntry': 1,
      'metadata.getBlobs': 1,
      'storage.read': 1,
    });
  });

  it('a GET from the local tier: no read there', async () => {
    await readAll('w.bin');
    await expect.poll(localPath, { timeout: 20_000 }).toBeDefined();
    expect(await costOf(localPath)).toEqual({ 'metadata.getEntry': 1, 'metadata.getBlobs': 1 });
  });

  it('a redirect into the bucket: one look at the object', async () => {
    const { direct } = await cache.hub.file('org/name', 'main', 'w.bin');
    const cost = await costOf(async () => direct?.address('inline'));
    expect(cost).toEqual({ 'storage.stat': 1, 'storage.presign': 1 });
  });

  it('what a model is: one look-up in the database', async () => {
    const cost = await costOf(() => cache.hub.revision('org/name', 'main'));
    expect(cost).toEqual({ 'metadata.getEntry': 1 });
  });
});

/** How many calls of a part there were, without leases, whose number depends on how long things take. */
function callsOf(part: string, cost: Costs): number {
  const counts = Object.entries(cost).filter(
    ([call]) => call.startsWith(`${part}.`) && !call.endsWith('Leases'),
  );
  return counts.reduce((sum, [, count]) => sum + count, 0);
}

it('a cold file of a model that nobody asked for before: no more than it did', async () => {
  await cache.pullModel('org/other', { layOut: false });
  const cost = await costOf(() => readAll('a.json'));
  expect(callsOf('metadata', cost)).toBeLessThanOrEqual(17);
  expect(callsOf('storage', cost)).toBe(4);
});

it('a pull: the bucket is written to once a content and twice a model, and never listed', async () => {
  await cache.pullModel('org/other', { layOut: false });
  const cost = await costOf(() => cache.pullModel('org/name', { layOut: false }));
  expect(callsOf('metadata', cost)).toBeLessThanOrEqual(19);
  expect(cost['storage.write']).toBe(5);
  expect(callsOf('storage', cost)).toBe(5);
});
