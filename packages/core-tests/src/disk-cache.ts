import { chmod, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CacheEvent,
  createModelCache,
  type ModelCache,
  type ModelCacheOptions,
} from '@modelkeep/core';
import type { MetadataStore, Storage } from '@modelkeep/core/spi';
import { sqliteMetadata } from '@modelkeep/metadata-sqlite';
import { localStorage } from '@modelkeep/storage-local';
import {
  type MemoryModel,
  type MemorySource,
  memorySource,
  tempFolder,
} from '@modelkeep/testkit/memory';

/** A cache on a real disk, and what it stands on. */
export interface DiskCache extends AsyncDisposable {
  readonly cache: ModelCache;
  readonly source: MemorySource;
  readonly storage: Storage;
  readonly metadata: MetadataStore;
  readonly folder: string;
  blobPath(digest: string): string;
}

export interface DiskCacheOptions extends Partial<ModelCacheOptions> {
  readonly models?: readonly MemoryModel[];
}

export async function diskCache(options: DiskCacheOptions = {}): Promise<DiskCache> {
  const { models = [], ...rest } = options;
  const folder = await tempFolder();
  const source = memorySource({ models });
  const storage = localStorage({ directory: folder.path });
  const metadata = sqliteMetadata({ file: folder.join('index.db') });
  const cache = await createModelCache({
    storage,
    metadata,
    sources: [source],
    user: { name: 'tester', role: 'admin' },
    fetch: { retryDelayMs: 1 },
    ...rest,
  });
  return {
    cache,
    source,
    storage,
    metadata,
    folder: folder.path,
    blobPath: (digest) => join(folder.path, 'blobs/sha256', digest.slice(0, 2), digest),
    async [Symbol.asyncDispose]() {
      await cache.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Flips one byte of a read-only file where it lies. */
export async function damage(path: string, position = 0): Promise<void> {
  await chmod(path, 0o644);
  const handle = await open(path, 'r+');
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, position);
  byte[0] = ~(byte[0] ?? 0);
  await handle.write(byte, 0, 1, position);
  await handle.close();
}

/** Writes over a read-only file where it lies. */
export async function overwrite(path: string, content: string): Promise<void> {
  await chmod(path, 0o644);
  await writeFile(path, content);
}

/** The warnings that a call tells. */
export async function warnings(
  run: (onEvent: (event: CacheEvent) => void) => Promise<unknown>,
): Promise<string[]> {
  const told: string[] = [];
  await run((event) => {
    if (event.type === 'warning') told.push(event.message);
  });
  return told;
}
