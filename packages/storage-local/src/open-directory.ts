import { access, constants, opendir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelkeepError } from '@modelkeep/core/spi';
import { isMissing, storageError } from './file-errors.ts';
import type { Folders } from './folders.ts';
import { TEMPORARY } from './object-keys.ts';
import { writerIsGone } from './temporary-name.ts';

const ABANDONED_MS = 24 * 60 * 60 * 1000;

/** Makes the directory if it is absent, and checks that it can be read. Writing is not asked for: reading needs none. */
export async function openDirectory(directory: string, folders: Folders): Promise<void> {
  try {
    const stats = await stat(directory).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (stats === undefined) await folders.ensure(directory);
    else if (!stats.isDirectory()) {
      const message = `The storage ${directory} is not a folder; name another one`;
      throw new ModelkeepError('storage-failed', message);
    }
    await access(directory, constants.R_OK | constants.X_OK);
  } catch (error) {
    throw storageError(error, 'Cannot open the storage', directory);
  }
  await sweepTemporary(join(directory, TEMPORARY));
}

/** Removes what crashed writers left. Only tidies up, so that it never fails. */
async function sweepTemporary(folder: string): Promise<void> {
  try {
    for await (const { name } of await opendir(folder)) {
      const path = join(folder, name);
      const isAbandoned =
        writerIsGone(name) || Date.now() - (await stat(path)).mtimeMs > ABANDONED_MS;
      if (isAbandoned) await unlink(path);
    }
  } catch {}
}
