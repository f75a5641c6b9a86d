import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { expect } from 'vitest';

/** What a model's files should hold, by path. */
export type ModelFiles = Readonly<Record<string, Uint8Array | string>>;

/** Bytes that look random and are the same for the same seed. */
export function madeUpBytes(seed: string, size: number): Buffer {
  return createHash('shake256', { outputLength: size }).update(seed).digest();
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Digest by path of all files below a folder, links followed. */
export async function digestsIn(folder: string): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const name of await readdir(folder, { recursive: true })) {
    const path = join(folder, name);
    if ((await stat(path)).isFile()) digests[name] = await sha256OfFile(path);
  }
  return digests;
}

export function digestsOf(files: ModelFiles): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([path, content]) => [path, sha256(content)]),
  );
}

/** Fails unless the folder holds exactly these files, each with the right sha256. */
export async function expectFiles(folder: string, files: ModelFiles): Promise<void> {
  expect(await digestsIn(folder)).toEqual(digestsOf(files));
}
