import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createModelCache, type GarbageReport, type ModelCache } from '@modelkeep/core';
import { isModelkeepError, type MetadataStore, type Storage } from '@modelkeep/core/spi';
import { sqliteMetadata } from '@modelkeep/metadata-sqlite';
import { localStorage } from '@modelkeep/storage-local';
import {
  memoryMetadata,
  memoryModel,
  memorySource,
  memoryStorage,
  seededBytes,
  seededRandom,
  sha256Of,
  tempFolder,
} from '@modelkeep/testkit/memory';
import { expect, it, onTestFinished } from 'vitest';
import { diskCache } from './disk-cache.ts';
import { writeHfRepo } from './hf-cache.ts';

const SHARED = { 'config.json': '{"shared":true}' };
const a = memoryModel('org/a', { ...SHARED, 'a.txt': 'a' });
const b = memoryModel('org/b', SHARED);

/** What one process has: backends of its own on the store that all share. */
interface Backends {
  readonly storage: Storage;
  readonly metadata: MetadataStore;
}

interface Store {
  backends(): Backends;
  /** A cache of a process of its own. */
  open(backends?: Backends): Promise<ModelCache>;
}

async function storeOf(kind: 'a bucket' | 'a local disk'): Promise<Store> {
  const folder = await tempFolder();
  const { objects } = memoryStorage();
  const { data } = memoryMetadata();
  const opened: ModelCache[] = [];
  onTestFinished(async () => {
    for (const cache of opened) await cache.close();
    await folder.remove();
  });
  const backends = (): Backends =>
    kind === 'a bucket'
      ? { storage: memoryStorage({ objects }), metadata: memoryMetadata({ data }) }
      : {
          storage: localStorage({ directory: folder.path }),
          metadata: sqliteMetadata({ file: folder.join('index.db') }),
        };
  return {
    backends,
    async open(given = backends()) {
      const cache = await createModelCache({
        ...given,
        sources: [memorySource({ models: [a, b] })],
        workspace: folder.path,
        user: { name: 'tester', role: 'admin' },
        fetch: { retryDelayMs: 1 },
      });
      opened.push(cache);
      return cache;
    },
  };
}

/** Fails if there is a record whose content is not there. */
async function expectAllThere(store: Store): Promise<void> {
  const { storage, metadata } = store.backends();
  await storage.open();
  await metadata.open();
  for await (const { digest, deleting } of metadata.listBlobs()) {
    const object = await storage.stat(`blobs/sha256/${digest.slice(0, 2)}/${digest}`);
    if (!deleting) expect(object, `the content of the record ${digest}`).toBeDefined();
  }
  await metadata.close();
  await storage.close();
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error: unknown) => (isModelkeepError(error) ? error.code : String(error)),
  );
}

it.each(['a bucket', 'a local disk'] as const)(
  'in %s a deletion that takes a content between its being written and noted leaves no record of it',
  async (kind) => {
    const store = await storeOf(kind);
    const [marked, written] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];

    const deleting = store.backends();
    const { markDeleting } = deleting.metadata;
    deleting.metadata.markDeleting = async (...args) => {
      const result = await markDeleting.apply(deleting.metadata, args);
      marked.resolve();
      return result;
    };
    const remove = deleting.storage.delete.bind(deleting.storage);
    deleting.storage.delete = async (key, ...rest) => {
      if (key.startsWith('blobs/')) await written.promise;
      await remove(key, ...rest);
    };
    const deleter = await store.open(deleting);
    await deleter.pullModel('org/a');

    const writing = store.backends();
    let removing: Promise<unknown> | undefined;
    const { putBlobs } = writing.metadata;
    writing.metadata.putBlobs = async (...args) => {
      written.resolve();
      await removing;
      return putBlobs.apply(writing.metadata, args);
    };
    const writer = await store.open(writing);
    removing = deleter.removeModel('org/a');
    await marked.promise;
    expect(['done', 'conflict']).toContain(await codeOf(writer.pullModel('org/b')));
    await expectAllThere(store);
    await writer.pullModel('org/b');
    await expectAllThere(store);
    expect(await writer.verifyModels()).toMatchObject({ models: 1, problems: [] });
  },
);

it('of a deletion that is over before a content is written costs no look at it', async () => {
  const store = await storeOf('a bucket');
  const backends = store.backends();
  const cache = await store.open(backends);
  await cache.pullModel('org/a');
  await cache.removeModel('org/a');
  const looked: string[] = [];
  const stat = backends.storage.stat.bind(backends.storage);
  backends.storage.stat = (key, ...rest) => {
    looked.push(key);
    return stat(key, ...rest);
  };
  await cache.pullModel('org/a', { layOut: false });
  expect(looked).toEqual([]);
});

it('a collection leaves an old file that is adopted by a link at this moment', async () => {
  await using test = await diskCache();
  await using home = await tempFolder(test.folder);
  const content = seededBytes(7, 100_000);
  const [commit, files] = ['1'.repeat(40), { 'model.bin': { content, lfs: true } }];
  const repo = await writeHfRepo(home.join('hub'), 'models--org--name', [
    { commit, files, refs: ['main'] },
  ]);
  await utimes(join(repo, 'blobs', sha256Of(content)), 1, 1);
  const reports: GarbageReport[] = [];
  const refused: unknown[] = [];
  const putBlobs = test.metadata.putBlobs.bind(test.metadata);
  test.metadata.putBlobs = async (...args) => {
    reports.push(await test.cache.collectGarbage());
    const result = await putBlobs(...args);
    refused.push(...result);
    return result;
  };
  expect((await test.cache.adoptFolder(home.path)).adopted).toHaveLength(1);
  expect({ reports, refused }).toMatchObject({
    reports: [{ blobs: { count: 0 }, kept: { count: 1 } }],
    refused: [],
  });
  expect(await test.cache.verifyModels()).toMatchObject({ models: 1, problems: [] });
});

const SEED = Number(process.env['SEED'] ?? 20_261_126);

/** Puts off each call that stores, deletes, marks or notes by a random while, before or after it is done. */
function slowly(backends: Backends, random: () => number): Backends {
  const wait = async (): Promise<void> => {
    if (random() < 0.5) await sleep(random() * 8);
  };
  const slow =
    <Args extends unknown[], Result>(work: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      await wait();
      const result = await work(...args);
      await wait();
      return result;
    };
  const { storage, metadata } = backends;
  return {
    storage: Object.assign(storage, {
      write: slow(storage.write.bind(storage)),
      delete: slow(storage.delete.bind(storage)),
    }),
    metadata: Object.assign(metadata, {
      putBlobs: slow(metadata.putBlobs.bind(metadata)),
      getBlobs: slow(metadata.getBlobs.bind(metadata)),
      markDeleting: slow(metadata.markDeleting.bind(metadata)),
      forgetBlobs: slow(metadata.forgetBlobs.bind(metadata)),
    }),
  };
}

it('in a bucket no schedule of pulls, removals and collections leaves a record without its content', async () => {
  for (let round = 0; round < 4; round += 1) {
    const store = await storeOf('a bucket');
    const random = seededRandom(SEED + round);
    const work = async (cache: ModelCache, index: number): Promise<void> => {
      for (let step = 0; step < 12; step += 1) {
        const modelId = random() < 0.5 ? 'org/a' : 'org/b';
        const chance = random();
        const code = await codeOf(
          chance < 0.45
            ? cache.pullModel(modelId, { layOut: false })
            : chance < 0.9
              ? cache.removeModel(modelId)
              : cache.collectGarbage(),
        );
        const said = `SEED=${SEED}, round ${round}, process ${index}, step ${step}`;
        expect(['done', 'conflict', 'model-not-cached'], said).toContain(code);
      }
    };
    const caches = await Promise.all(
      [1, 2, 3].map(() => store.open(slowly(store.backends(), random))),
    );
    await Promise.all(caches.map(work));
    await expectAllThere(store);
    for (const modelId of ['org/a', 'org/b']) await caches[0]?.pullModel(modelId);
    expect(await caches[0]?.verifyModels(), `SEED=${SEED}, round ${round}`).toMatchObject({
      models: 2,
      problems: [],
    });
  }
});
