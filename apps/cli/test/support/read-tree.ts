import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** What lies below a folder, by path: `-> target` of each symbolic link, the sha256 of each file; folders by their files alone. */
export async function readTree(folder: string): Promise<Record<string, string>> {
  const found: [string, string][] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) continue;
    const what = entry.isSymbolicLink() ? `-> ${await readlink(path)}` : await sha256(path);
    found.push([relative(folder, path), what]);
  }
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The sha256 of each file below a folder, links followed; `.git` left out. */
export async function readContents(folder: string): Promise<Record<string, string>> {
  const contents: [string, string][] = [];
  for (const path of Object.keys(await readTree(folder))) {
    if (!path.startsWith('.git/')) contents.push([path, await sha256(join(folder, path))]);
  }
  return Object.fromEntries(contents);
}

/** Bytes of the files below a folder, each inode once. */
export async function bytesBelow(folder: string): Promise<number> {
  const sizes = new Map<number, number>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const { ino, size } = await lstat(join(entry.parentPath, entry.name));
    sizes.set(ino, size);
  }
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest('hex');
}
