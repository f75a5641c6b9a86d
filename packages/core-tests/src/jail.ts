import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tarArchives } from '@modelkeep/archive-tar';
import { zipArchives } from '@modelkeep/archive-zip';
import { createModelCache, type ModelCache } from '@modelkeep/core';
import {
  type MemoryMetadata,
  type MemoryStorage,
  memoryMetadata,
  memoryStorage,
  tempFolder,
} from '@modelkeep/testkit/memory';

/** A cache deep inside a folder full of canaries: whatever escapes changes the picture. */
export interface Jail extends AsyncDisposable {
  readonly cache: ModelCache;
  readonly storage: MemoryStorage;
  readonly metadata: MemoryMetadata;
  /** Every file, folder and link in the jail with its content, and every object and entry of the store. */
  picture(): Promise<readonly string[]>;
}

async function listing(folder: string, prefix = ''): Promise<string[]> {
  const lines: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const name = `${prefix}${entry.name}`;
    if (entry.isDirectory()) lines.push(`${name}/`, ...(await listing(path, `${name}/`)));
    else if (entry.isSymbolicLink()) lines.push(`${name} -> ${await readlink(path)}`);
    else
      lines.push(
        `${name} ${createHash('sha256')
          .update(await readFile(path))
          .digest('hex')}`,
      );
  }
  return lines.toSorted();
}

export async function openJail(options: { readonly totalBytes?: number } = {}): Promise<Jail> {
  const folder = await tempFolder();
  const workspace = folder.join('a/b/c/store');
  for (const place of ['', 'a', 'a/b', 'a/b/c', 'a/b/c/store', 'etc', 'a/b/c/etc']) {
    await mkdir(folder.join(place), { recursive: true });
    await writeFile(join(folder.join(place), 'canary'), `canary of ${place}`);
  }
  const storage = memoryStorage({ workspace, ...options });
  const metadata = memoryMetadata();
  const cache = await createModelCache({
    storage,
    metadata,
    archives: [tarArchives(), zipArchives()],
    user: { name: 'tester', role: 'admin' },
  });
  return {
    cache,
    storage,
    metadata,
    async picture() {
      const entries = await Array.fromAsync(cache.listModels(), ({ key }) => `entry ${key}`);
      const files = (await listing(folder.path)).filter((line) => line !== 'a/b/c/store/partial/');
      return [...files, ...[...storage.objects.keys()].map((key) => `object ${key}`), ...entries];
    },
    async [Symbol.asyncDispose]() {
      await cache.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}
