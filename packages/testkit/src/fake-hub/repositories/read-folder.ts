import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { FileInput } from '../content/file-input.ts';

/** The regular files below a folder as inputs by path, `.git` left out. Bytes stay on disk. */
export async function readFolder(folder: string): Promise<Record<string, FileInput>> {
  const files: Record<string, FileInput> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const localFile = join(entry.parentPath, entry.name);
    const path = relative(folder, localFile).split(sep).join('/');
    if (path.startsWith('.git/') || entry.isDirectory()) continue;
    files[path] = { localFile };
  }
  return files;
}
