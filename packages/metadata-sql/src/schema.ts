import { ModelkeepError } from '@modelkeep/core/spi';
import { sql } from 'kysely';
import type { Database, Queries } from './database.ts';
import { MIGRATIONS } from './migrations.ts';

/** Any number that nobody else locks: "modelkee" in ASCII, cut to 32 bits. */
const MIGRATION_LOCK = 0x6d6f6465;

/** Brings the schema to the newest version; fails with `store-incompatible` if it is newer than this program knows. */
export async function prepareSchema(
  database: Database,
  signal: AbortSignal | undefined,
): Promise<void> {
  const version = await storedVersion(database, signal);
  if (version === MIGRATIONS.length) return;
  checkKnown(version);
  await database.write(signal, (db) => migrate(db, database));
}

async function storedVersion(database: Database, signal: AbortSignal | undefined): Promise<number> {
  try {
    return await database.select(signal, readVersion);
  } catch {
    // Most likely there is no such table yet. Another process may be making it now.
    const prepared = await database.select(signal, (db) => isPrepared(db, database));
    return prepared ? await database.select(signal, readVersion) : 0;
  }
}

async function isPrepared(db: Queries, database: Database): Promise<boolean> {
  const table =
    database.dialect.language === 'sqlite'
      ? sql`select name from sqlite_master where name = 'schema_version'`
      : sql`select 1 where to_regclass('schema_version') is not null`;
  return (await table.execute(db)).rows.length > 0;
}

async function readVersion(db: Queries): Promise<number> {
  const row = await db.selectFrom('schema_version').select('version').executeTakeFirst();
  return Number(row?.version ?? 0);
}

async function migrate(db: Queries, database: Database): Promise<void> {
  if (database.locksRows) await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(db);
  await db.schema
    .createTable('schema_version')
    .ifNotExists()
    .addColumn('version', 'integer', (column) => column.notNull())
    .execute();
  const version = await readVersion(db);
  checkKnown(version);
  if (version === MIGRATIONS.length) return;
  for (const step of MIGRATIONS.slice(version)) await step(db, database.dialect);
  await db.deleteFrom('schema_version').execute();
  await db.insertInto('schema_version').values({ version: MIGRATIONS.length }).execute();
}

function checkKnown(version: number): void {
  if (version <= MIGRATIONS.length) return;
  const message = `The index has schema version ${version}, and this program knows versions up to ${MIGRATIONS.length}; use a newer release`;
  throw new ModelkeepError('store-incompatible', message);
}
