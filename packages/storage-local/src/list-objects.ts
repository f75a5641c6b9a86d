import type { Dirent } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isStorageSegment, type StoredObject } from '@modelkeep/core/spi';
import { isMissing, storageError } from './file-errors.ts';
import { isReserved } from './object-keys.ts';
import { storedObject } from './stored-object.ts';

/** Files that are looked at side by side. */
const BATCH = 32;

/** The objects whose key begins with `prefix`. */
export async function* listObjects(
  directory: string,
  prefix: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<StoredObject, void, undefined> {
  signal?.throwIfAborted();
  const above = prefix.split('/').slice(0, -1);
  if (!above.every(isStorageSegment) || isReserved(above[0] ?? '')) return;
  const start = above.map((segment) => `${segment}/`).join('');
  for await (const object of walk(directory, start, prefix)) {
    signal?.throwIfAborted();
    yield object;
    signal?.throwIfAborted();
  }
}

/** The objects below the folder of `start`, which is empty or ends with a slash. */
async function* walk(
  directory: string,
  start: string,
  prefix: string,
): AsyncGenerator<StoredObject, void, undefined> {
  let files: string[] = [];
  for await (const entry of entriesOf(join(directory, start))) {
    const key = start + entry.name;
    if (!isStorageSegment(entry.name) || (start === '' && isReserved(entry.name))) continue;
    if (entry.isDirectory()) {
      const folder = `${key}/`;
      if (folder.startsWith(prefix) || prefix.startsWith(folder)) {
        yield* walk(directory, folder, prefix);
      }
    } else if (entry.isFile() && key.startsWith(prefix)) {
      files.push(key);
      if (files.length < BATCH) continue;
      yield* await look(directory, files);
      files = [];
    }
  }
  yield* await look(directory, files);
}

async function* entriesOf(folder: string): AsyncGenerator<Dirent, void, undefined> {
  try {
    yield* await opendir(folder, { bufferSize: 256 });
  } catch (error) {
    if (!isMissing(error)) throw storageError(error, 'Cannot list', folder);
  }
}

async function look(directory: string, keys: readonly string[]): Promise<StoredObject[]> {
  const found = await Promise.all(keys.map((key) => statObject(directory, key)));
  return found.filter((object) => object !== undefined);
}

/** The object, or undefined if there is none. */
export async function statObject(
  directory: string,
  key: string,
): Promise<StoredObject | undefined> {
  const path = join(directory, key);
  try {
    const stats = await stat(path, { bigint: true });
    return stats.isFile() ? storedObject(key, stats) : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw storageError(error, 'Cannot look at', path);
  }
}
