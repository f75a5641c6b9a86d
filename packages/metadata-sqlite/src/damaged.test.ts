import { open, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { isModelkeepError, type ModelkeepError } from '@modelkeep/core/spi';
import { keepModel, modelIds, tempFolder } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { sqliteMetadata } from './index.ts';

async function errorOf(work: Promise<unknown>): Promise<ModelkeepError> {
  const error: unknown = await work.then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  if (!isModelkeepError(error)) throw new Error(`Not one of ours: ${String(error)}`);
  return error;
}

it('says of a file that is no database how to make the index anew', async () => {
  await using folder = await tempFolder();
  const file = folder.join('index.db');
  await writeFile(file, 'no database'.repeat(1000));
  const error = await errorOf(sqliteMetadata({ file }).open());
  expect(error).toMatchObject({ code: 'storage-failed', retryable: false });
  expect(error.message).toContain(file);
  expect(error.message).toContain('move it away');
});

it('says of a damaged database how to make the index anew', async () => {
  await using folder = await tempFolder();
  const file = folder.join('index.db');
  const store = sqliteMetadata({ file });
  await store.open();
  for (let index = 0; index < 50; index += 1) await keepModel(store, `org/model-${index}`);
  await store.close();
  const handle = await open(file, 'r+');
  const { size } = await handle.stat();
  await handle.write(Buffer.alloc(size - 8192, 0xff), 0, size - 8192, 8192);
  await handle.close();
  const damaged = sqliteMetadata({ file });
  const error = await errorOf(
    (async () => {
      await damaged.open();
      await modelIds(damaged);
    })(),
  );
  await damaged.close();
  expect(error.code).toBe('storage-failed');
  expect(error.message).toContain('move it away');
});

it('refuses the schema of a newer release', async () => {
  await using folder = await tempFolder();
  const file = folder.join('index.db');
  const store = sqliteMetadata({ file });
  await store.open();
  await store.close();
  const handle = new DatabaseSync(file);
  handle.exec('update schema_version set version = 99');
  handle.close();
  const error = await errorOf(sqliteMetadata({ file }).open());
  expect(error.code).toBe('store-incompatible');
});

it('says of a folder in the file’s place what to check', async () => {
  await using folder = await tempFolder();
  const error = await errorOf(sqliteMetadata({ file: folder.path }).open());
  expect(error.code).toBe('storage-failed');
  expect(error.message).toContain(folder.path);
});
