import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { seededBytes } from '@modelkeep/testkit/memory';
import type { Stage } from './stage.ts';

export const MODEL = 'org/name';
export const LARGE = 'model.safetensors';
const WEIGHTS = seededBytes('clients', 25_000_000);

/** The files of a model with what is hard about names and sizes. */
export const FILES: Readonly<Record<string, Uint8Array>> = {
  'README.md': Buffer.from('---\nlicense: mit\n---\n# Title\n'),
  'config.json': Buffer.from('{"a":1}'),
  'empty.txt': Buffer.of(),
  '100%.txt': Buffer.from('percent'),
  'sub/deep/näme.txt': Buffer.from('text'),
  [LARGE]: WEIGHTS,
};

export const DIGESTS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(FILES).map(([path, bytes]) => [path, sha256(bytes)]),
);

/** The weights came over once. */
export const FETCHED_ONCE: Readonly<Record<string, number>> = {
  [`**/${LARGE}`]: WEIGHTS.byteLength,
};

export async function publish({ hub }: Stage): Promise<string> {
  const commit = await hub.addModel({ id: MODEL, files: FILES, tags: ['en'] });
  await hub.commit(MODEL, { branch: 'refs/pr/1', files: { 'new.txt': 'new' } });
  return commit;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export async function sha256OfFile(path: string): Promise<string> {
  return sha256(await readFile(path));
}
