import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { listFolder } from './list-folder.ts';

/** Bytes on disk of a file or of all files below a folder: of a sparse file only what is there. Nothing there counts as 0. */
export async function folderBytes(path: string): Promise<number> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.isFile() ? Math.min(found.size, found.blocks * 512) : 0;
  let bytes = 0;
  for (const name of await listFolder(path)) bytes += await folderBytes(join(path, name));
  return bytes;
}
