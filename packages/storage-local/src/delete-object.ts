import { stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isMissing, storageError } from './file-errors.ts';
import type { Place } from './publish.ts';

/** Removes an object, durably: it does not come back after a power cut. The folders above it stay. */
export async function deleteObject({ directory, folders }: Place, key: string): Promise<void> {
  const path = join(directory, key);
  try {
    await unlink(path);
    await folders.sync(dirname(path));
  } catch (error) {
    if (isMissing(error) || (await isFolder(path))) return;
    throw storageError(error, 'Cannot remove', path);
  }
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
