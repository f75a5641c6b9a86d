import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tarArchives } from '@modelkeep/archive-tar';
import { zipArchives } from '@modelkeep/archive-zip';
import type { ModelCache } from '@modelkeep/core';
import type { ArchiveFormat } from '@modelkeep/core/spi';
import type { HostileMember } from '@modelkeep/testkit/hostile-archives';
import {
  bodyOf,
  collectBytes,
  type MemoryModel,
  memoryModel,
  seededBytes,
} from '@modelkeep/testkit/memory';
import { expect } from 'vitest';
import type { TestCache } from './test-cache.ts';

export const weights: Uint8Array = seededBytes(7, 3 * 1024 * 1024 + 77);
export const files: Record<string, string | Uint8Array> = {
  '.gitattributes': '*.safetensors filter=lfs diff=lfs merge=lfs -text\n',
  'README.md': '# A model\n',
  'config.json': '{"a":1}',
  'copy/of.safetensors': weights,
  'empty.txt': '',
  'model.safetensors': weights,
  'n\u00e4me with \u{1f600}.txt': 'x',
};
export const model: MemoryModel = memoryModel('org/name', files, {
  about: { tags: ['en', 'pytorch'], url: 'https://memory.test/org%2Fname/tree/main' },
});
export const archives: readonly ArchiveFormat[] = [tarArchives(), zipArchives()];
const REQUIRED = {
  modelDefinition: { key: 'hf@org/name' },
  url: 'https://h.test/org%2Fname/tree/main',
  version: 0,
};

export function importBytes(
  cache: ModelCache,
  bytes: Uint8Array,
): ReturnType<ModelCache['importModel']> {
  return cache.importModel({ stream: () => bodyOf(bytes, 65_521) });
}

export async function exported(
  cache: ModelCache,
  name: string,
  format?: string,
): Promise<Uint8Array> {
  const given = await cache.exportModel(name, format === undefined ? {} : { format });
  const bytes = await collectBytes(given.stream);
  if (given.size !== undefined) expect(bytes.length).toBe(given.size);
  return bytes;
}

export function handBuilt(metadata: object = {}, root = 'r/'): HostileMember[] {
  return [
    { path: `${root}model_metadata.json`, content: JSON.stringify({ ...REQUIRED, ...metadata }) },
    ...Object.entries(files).map(([path, content]) => ({ path: `${root}model/${path}`, content })),
  ];
}

export async function expectFiles(folder: string): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const found = await readFile(join(folder, path));
    expect(Buffer.compare(found, Buffer.from(content)), path).toBe(0);
  }
}

export async function expectNothing(test: TestCache): Promise<void> {
  expect(await Array.fromAsync(test.cache.listModels())).toEqual([]);
  expect([...test.storage.objects.keys()].filter((key) => key !== 'store.json')).toEqual([]);
  expect(await readdir(join(test.folder, 'partial'))).toEqual([]);
  expect(await readdir(test.folder)).not.toContain('hub');
}
