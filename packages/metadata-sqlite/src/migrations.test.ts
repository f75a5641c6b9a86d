import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { keepModel, modelIds, tempFolder } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { sqliteMetadata } from './index.ts';

/** Databases as each version of the schema left them: never changed once a version is released. */
const FOLDER = join(import.meta.dirname, '../test/schema');
const VERSIONS = readdirSync(FOLDER).map((name) => Number(/\d+/.exec(name)?.[0]));

/** Everything that makes up the schema, by name. */
function schemaOf(file: string): unknown {
  const database = new DatabaseSync(file);
  const rows = database.prepare('select name, sql from sqlite_master order by name').all();
  database.close();
  return rows;
}

it.each(VERSIONS)('a database of schema version %i is brought to the newest', async (version) => {
  await using folder = await tempFolder();
  const [fresh, old] = [folder.join('fresh.db'), folder.join('old.db')];
  const first = sqliteMetadata({ file: fresh });
  await first.open();
  await first.close();
  const database = new DatabaseSync(old);
  database.exec(readFileSync(join(FOLDER, `version-${version}.sql`), 'utf8'));
  database.close();
  const store = sqliteMetadata({ file: old });
  await store.open();
  expect(schemaOf(old)).toEqual(schemaOf(fresh));
  const newest = new DatabaseSync(fresh).prepare('select version from schema_version').get();
  expect(VERSIONS.sort()).toEqual(
    Array.from({ length: Number(newest?.['version']) }, (_, index) => index + 1),
  );
  expect(await modelIds(store)).toEqual([`org/stored-by-${version}`]);
  await keepModel(store, 'org/stored-later');
  expect(await modelIds(store)).toEqual([`org/stored-by-${version}`, 'org/stored-later']);
  const [lease] = await store.acquireLeases(['lease'], { owner: 'new', ttlMs: 1000 });
  expect(lease).toMatchObject({ token: 2, takenOver: 'expired' });
  await store.close();
});
