import { createModelCache, type ModelCache, type ModelCacheOptions } from '@modelkeep/core';
import {
  type MemoryMetadata,
  type MemoryMetadataOptions,
  type MemoryModel,
  type MemorySource,
  type MemoryStorage,
  memoryMetadata,
  memorySource,
  memoryStorage,
  tempFolder,
} from '@modelkeep/testkit/memory';

/** What a test cache stands on, to be looked at and damaged. */
export interface TestCache extends AsyncDisposable {
  readonly cache: ModelCache;
  readonly source: MemorySource;
  readonly storage: MemoryStorage;
  readonly metadata: MemoryMetadata;
  readonly folder: string;
  /** Another cache on the same store, as another process would have it. */
  another(options?: Partial<ModelCacheOptions>): Promise<ModelCache>;
}

export interface TestCacheOptions extends Partial<ModelCacheOptions> {
  readonly models?: readonly MemoryModel[];
  readonly totalBytes?: number;
  readonly metadataOptions?: MemoryMetadataOptions;
}

/** A cache on memory backends, with its workspace in a temporary folder. */
export async function testCache(options: TestCacheOptions = {}): Promise<TestCache> {
  const { models = [], totalBytes, metadataOptions, ...rest } = options;
  const folder = await tempFolder();
  const source = memorySource({ models });
  const metadata = memoryMetadata(metadataOptions);
  const storage = memoryStorage({
    workspace: folder.path,
    ...(totalBytes === undefined ? {} : { totalBytes }),
  });
  const common = {
    sources: [source],
    user: { name: 'tester', role: 'admin' } as const,
    fetch: { retryDelayMs: 1 },
    ...rest,
  };
  const opened: ModelCache[] = [];
  const open = async (given: ModelCacheOptions): Promise<ModelCache> => {
    const cache = await createModelCache(given);
    opened.push(cache);
    return cache;
  };
  return {
    cache: await open({ ...common, storage, metadata }),
    source,
    storage,
    metadata,
    folder: folder.path,
    another: (more = {}) =>
      open({
        ...common,
        storage: memoryStorage({ workspace: folder.path, objects: storage.objects }),
        metadata: memoryMetadata({ ...metadataOptions, data: metadata.data }),
        sources: [{ name: 'memory', source: { ...source, close: async () => {} } }],
        ...more,
      }),
    async [Symbol.asyncDispose]() {
      for (const cache of opened.toReversed()) await cache.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}
