import { isModelkeepError, ModelkeepError } from '@modelkeep/core/spi';
import { expect, it } from 'vitest';
import { memoryDialect } from '../test/memory-dialect.ts';
import { type SqlConnection, sqlMetadataStore } from './index.ts';

it('makes the schema once, and writes nothing when it is there', async () => {
  const dialect = memoryDialect();
  await sqlMetadataStore(dialect).open();
  expect(dialect.begun).toEqual(['write']);
  const later = sqlMetadataStore({ ...dialect });
  await later.open();
  expect(dialect.begun).toEqual(['write']);
  expect(await later.getEntry('hf@org/model')).toBeUndefined();
});

it('takes a schema that another process makes at the same moment', async () => {
  const dialect = memoryDialect();
  let asked = 0;
  const acquire = async (): Promise<SqlConnection> => {
    asked += 1;
    if (asked === 2) await sqlMetadataStore({ ...dialect }).open();
    return await dialect.acquire();
  };
  const store = sqlMetadataStore({ ...dialect, acquire });
  await store.open();
  expect(dialect.begun).toEqual(['write']);
  expect(await store.getEntry('hf@org/model')).toBeUndefined();
});

it('leaves nothing of a migration that failed', async () => {
  const dialect = memoryDialect();
  dialect.handle.exec('create table leases (taken text)');
  await expect(sqlMetadataStore(dialect).open()).rejects.toThrow('already exists');
  const tables = dialect.handle
    .prepare("select name from sqlite_master where type = 'table'")
    .all();
  expect(tables).toEqual([{ name: 'leases' }]);
  dialect.handle.exec('drop table leases');
  await sqlMetadataStore(dialect).open();
});

it('refuses a newer schema and leaves it as it is', async () => {
  const dialect = memoryDialect();
  await sqlMetadataStore(dialect).open();
  dialect.handle.exec('update schema_version set version = 99');
  const error: unknown = await sqlMetadataStore(dialect)
    .open()
    .catch((reason: unknown) => reason);
  expect(isModelkeepError(error, 'store-incompatible')).toBe(true);
  expect(String(error)).toContain('version 99');
  expect(dialect.begun).toEqual(['write']);
});

it('fails with the reason where the schema must be made and cannot be', async () => {
  const refused = new ModelkeepError('storage-failed', 'read-only');
  const store = sqlMetadataStore(memoryDialect({ refusal: () => refused }));
  await expect(store.open()).rejects.toBe(refused);
});
