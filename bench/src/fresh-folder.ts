import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const LARGE_BYTES = 1024 * 1024;

/**
 * Makes a folder anew. What was in it is set aside and removed with its row: ext4 without a journal spares the inodes of
 * what was just removed and looks past them one by one, so that whoever comes next would pay for thousands of them.
 * Only large files go at once, for their room.
 */
export async function freshFolder(folder: string): Promise<string> {
  const aside = `${folder}.old-${randomUUID()}`;
  const found = await rename(folder, aside).then(
    () => true,
    () => false,
  );
  if (found) {
    for (const entry of await readdir(aside, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile() && (await stat(path)).size > LARGE_BYTES) await rm(path);
    }
  }
  await mkdir(folder, { recursive: true });
  return folder;
}
