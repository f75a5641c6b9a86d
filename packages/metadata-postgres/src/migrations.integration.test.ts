import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requires } from '@modelkeep/test-requirements';
import { type PostgresServer, startPostgres } from '@modelkeep/test-servers';
import { keepModel, modelIds } from '@modelkeep/testkit/memory';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { postgresMetadata } from './index.ts';

requires('postgresql');

/** Databases as each version of the schema left them: never changed once a version is released. */
const FOLDER = join(import.meta.dirname, '../test/schema');
const VERSIONS = readdirSync(FOLDER).map((name) => Number(/\d+/.exec(name)?.[0]));

let postgres: PostgresServer;

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(async () => {
  await postgres[Symbol.asyncDispose]();
});

/** Everything that makes up the schema, as text. */
function schemaOf(database: string): string {
  return postgres.psql(
    database,
    `select table_name, column_name, data_type, is_nullable, collation_name, is_identity
       from information_schema.columns where table_schema = 'public' order by 1, 2;
     select indexdef from pg_indexes where schemaname = 'public' order by 1;`,
  );
}

it.each(VERSIONS)('a database of schema version %i is brought to the newest', async (version) => {
  const [fresh, old] = [postgres.createDatabase(), postgres.createDatabase()];
  const first = postgresMetadata({ url: postgres.url(fresh) });
  await first.open();
  await first.close();
  postgres.psql(old, readFileSync(join(FOLDER, `version-${version}.sql`), 'utf8'));
  const store = postgresMetadata({ url: postgres.url(old) });
  await store.open();
  const newest = Number(postgres.psql(fresh, 'select version from schema_version'));
  expect(VERSIONS.sort()).toEqual(Array.from({ length: newest }, (_, index) => index + 1));
  expect(schemaOf(old)).toBe(schemaOf(fresh));
  expect(await modelIds(store)).toEqual([`org/stored-by-${version}`]);
  await keepModel(store, 'org/stored-later');
  expect(await modelIds(store)).toEqual([`org/stored-by-${version}`, 'org/stored-later']);
  const [lease] = await store.acquireLeases(['lease'], { owner: 'new', ttlMs: 1000 });
  expect(lease).toMatchObject({ token: 2, takenOver: 'expired' });
  await store.close();
});

it('stores that open at once make the schema once', async () => {
  const url = postgres.url(postgres.createDatabase());
  const stores = Array.from({ length: 8 }, () => postgresMetadata({ url, maxConnections: 2 }));
  await Promise.all(stores.map((store) => store.open()));
  const [one, another] = [stores[0], stores[1]];
  if (one === undefined || another === undefined) throw new Error('No stores');
  await keepModel(one, 'org/model');
  expect(await modelIds(another)).toEqual(['org/model']);
  for (const store of stores) await store.close();
});
