import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createModelCache } from '@modelkeep/core';
import { sqliteMetadata } from '@modelkeep/metadata-sqlite';
import { localStorage } from '@modelkeep/storage-local';
import { memoryModel } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { diskCache } from './disk-cache.ts';

it('has every model again once a damaged index was moved away, as the error says', async () => {
  await using test = await diskCache({ models: [memoryModel('org/name', { 'a.txt': 'a' })] });
  const { path } = await test.cache.pullModel('org/name');
  await test.cache.setPinned('org/name', true);
  await test.cache.close();
  const file = join(test.folder, 'index.db');
  await writeFile(file, 'no database'.repeat(1000));
  const open = () =>
    createModelCache({
      storage: localStorage({ directory: test.folder }),
      metadata: sqliteMetadata({ file }),
    });
  await expect(open()).rejects.toMatchObject({
    code: 'storage-failed',
    message: expect.stringContaining('move it away'),
  });
  for (const suffix of ['', '-wal', '-shm']) await rm(file + suffix, { force: true });
  await using cache = await open();
  expect(await cache.findModel('org/name')).toMatchObject({ path, pinned: true });
  expect((await cache.verifyModels()).problems).toEqual([]);
});
