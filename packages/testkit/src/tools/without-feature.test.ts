import { writeFile } from 'node:fs/promises';
import type { Storage } from '@modelkeep/core/spi';
import { expect, test } from 'vitest';
import { type MemoryObject, memoryStorage } from '../memory/memory-storage.ts';
import { bodyOf, collectBytes } from './bytes.ts';
import { tempFolder } from './temp-folder.ts';
import { withoutFeature } from './without-feature.ts';

async function opened(workspace: string): Promise<Storage> {
  const objects = new Map<string, MemoryObject>();
  const storage = memoryStorage({ objects, workspace, presign: true, totalBytes: 1000 });
  await storage.open();
  return storage;
}

test('hides what is named, and nothing else', async () => {
  await using folder = await tempFolder();
  const storage = await opened(folder.path);
  const bare = withoutFeature(storage, 'presign', 'workspace', 'capacity');
  expect([bare.presign, bare.workspace, bare.capacity]).toEqual([undefined, undefined, undefined]);
  expect('presign' in bare).toBe(false);
  expect(bare.ingestFile).toBeDefined();
  expect(bare.features.conditionalWrite).toBe(true);
  await bare.write('a', bodyOf(Buffer.from('content')));
  expect(Buffer.from(await collectBytes(await bare.read('a'))).toString()).toBe('content');
  await storage.close();
});

test('without conditionalWrite, onlyIfAbsent is not honoured', async () => {
  await using folder = await tempFolder();
  const storage = await opened(folder.path);
  const bare = withoutFeature(storage, 'conditionalWrite');
  expect(bare.features.conditionalWrite).toBe(false);
  const path = folder.join('file');
  await writeFile(path, 'third');
  for (const text of ['first', 'second']) {
    await bare.write('a', bodyOf(Buffer.from(text)), { onlyIfAbsent: true });
  }
  await bare.ingestFile?.('a', path, { onlyIfAbsent: true });
  expect(Buffer.from(await collectBytes(await storage.read('a'))).toString()).toBe('third');
  await storage.close();
});
