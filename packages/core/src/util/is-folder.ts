import { lstat } from 'node:fs/promises';

/** Whether there is a folder, itself and not by a link. */
export async function isFolder(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isDirectory() ?? false;
}
