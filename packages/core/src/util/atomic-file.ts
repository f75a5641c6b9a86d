import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from './make-folder.ts';

async function writeAndRename(path: string, content: string, temporary: string): Promise<void> {
  try {
    const handle = await open(temporary, 'w', 0o644);
    try {
      await handle.writeFile(content);
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * Replaces a small file as a whole: readers see the old content or the new one.
 * Survives a killed process, which leaves `temporary`; for what must survive a power cut, write through the storage.
 */
export async function replaceFile(
  path: string,
  content: string,
  temporary: string = `${path}.${randomUUID().slice(0, 8)}.tmp`,
): Promise<void> {
  try {
    await writeAndRename(path, content, temporary);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    for (const file of [path, temporary]) await makeFolder(dirname(file), 0o755);
    await writeAndRename(path, content, temporary);
  }
}
