import { type ColumnDataType, type RawBuilder, sql } from 'kysely';
import type { Queries } from './database.ts';
import type { SqlDialect } from './sql-dialect.ts';

/** Step `n` makes version `n + 1` of version `n`. A step that was released is never changed. */
type Migration = (db: Queries, dialect: SqlDialect) => Promise<void>;

/** Text that sorts and compares byte by byte. */
function bytewise({ language }: SqlDialect): ColumnDataType | RawBuilder<string> {
  return language === 'sqlite' ? 'text' : sql`text collate "C"`;
}

async function createTables(db: Queries, dialect: SqlDialect): Promise<void> {
  const text = bytewise(dialect);
  await db.schema
    .createTable('entries')
    .addColumn('key', text, (column) => column.primaryKey())
    .addColumn('sort_key', text, (column) => column.notNull().unique())
    .addColumn('model_id', text, (column) => column.notNull())
    .addColumn('revision', text, (column) => column.notNull())
    .addColumn('commit_hash', text, (column) => column.notNull())
    .addColumn('metadata', 'text', (column) => column.notNull())
    .addColumn('connection', 'text')
    .addColumn('downloaded_by', 'text', (column) => column.notNull())
    .addColumn('download_date', 'bigint', (column) => column.notNull())
    .addColumn('last_used_by', 'text')
    .addColumn('last_used', 'bigint')
    .addColumn('pinned', 'smallint', (column) => column.notNull())
    .execute();
  await createIndex(db, 'entries', ['model_id', 'commit_hash']);
  await createSnapshotTables(db, dialect);
  await createBlobAndLeaseTables(db, dialect);
}

async function createSnapshotTables(db: Queries, dialect: SqlDialect): Promise<void> {
  const text = bytewise(dialect);
  const sqlite = dialect.language === 'sqlite';
  await db.schema
    .createTable('snapshots')
    .addColumn('id', sqlite ? 'integer' : 'bigint', (column) =>
      sqlite ? column.primaryKey() : column.primaryKey().generatedByDefaultAsIdentity(),
    )
    .addColumn('model_id', text, (column) => column.notNull())
    .addColumn('folded_id', text, (column) => column.notNull())
    .addColumn('commit_hash', text, (column) => column.notNull())
    .addColumn('derived', 'smallint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('size_in_bytes', 'bigint', (column) => column.notNull())
    .addColumn('file_count', 'bigint', (column) => column.notNull())
    .addColumn('omitted_count', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('snapshots_model_id_commit_hash', ['model_id', 'commit_hash'])
    .execute();
  await createIndex(db, 'snapshots', ['folded_id']);
  await createIndex(db, 'snapshots', ['created_at', 'id']);
  const files = db.schema
    .createTable('snapshot_files')
    .addColumn('snapshot_id', 'bigint', (column) => column.notNull())
    .addColumn('path', text, (column) => column.notNull())
    .addColumn('size', 'bigint', (column) => column.notNull())
    .addColumn('digest', text)
    .addColumn('git_oid', 'text')
    .addColumn('lfs', 'smallint', (column) => column.notNull())
    .addColumn('kept', 'smallint', (column) => column.notNull())
    .addPrimaryKeyConstraint('snapshot_files_key', ['snapshot_id', 'path']);
  await (sqlite ? files.modifyEnd(sql`without rowid`) : files).execute();
  await createIndex(db, 'snapshot_files', ['digest', 'kept']);
}

async function createBlobAndLeaseTables(db: Queries, dialect: SqlDialect): Promise<void> {
  const text = bytewise(dialect);
  await db.schema
    .createTable('blobs')
    .addColumn('digest', text, (column) => column.primaryKey())
    .addColumn('size', 'bigint', (column) => column.notNull())
    .addColumn('git_oid', text)
    .addColumn('receipt', 'text', (column) => column.notNull())
    .addColumn('verified_at', 'bigint', (column) => column.notNull())
    .addColumn('noted_at', 'bigint', (column) => column.notNull())
    .addColumn('deleting', 'smallint', (column) => column.notNull())
    .execute();
  await createIndex(db, 'blobs', ['git_oid']);
  await db.schema
    .createTable('leases')
    .addColumn('key', text, (column) => column.primaryKey())
    .addColumn('owner', text, (column) => column.notNull())
    .addColumn('token', 'bigint', (column) => column.notNull())
    .addColumn('granted_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('bytes', 'bigint', (column) => column.notNull())
    .addColumn('taken_over', 'text')
    .addColumn('holder', 'text')
    .execute();
  await createIndex(db, 'leases', ['owner']);
  await db.schema
    .createTable('counters')
    .addColumn('name', text, (column) => column.primaryKey())
    .addColumn('value', 'bigint', (column) => column.notNull())
    .execute();
}

async function createRecords(db: Queries, dialect: SqlDialect): Promise<void> {
  const text = bytewise(dialect);
  await db.schema
    .createTable('records')
    .addColumn('collection', text, (column) => column.notNull())
    .addColumn('id', text, (column) => column.notNull())
    .addColumn('sort_key', text, (column) => column.notNull())
    .addColumn('value', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('records_key', ['collection', 'id'])
    .execute();
  await createIndex(db, 'records', ['collection', 'sort_key']);
}

async function addLeaseAddress(db: Queries): Promise<void> {
  await db.schema.alterTable('leases').addColumn('address', 'text').execute();
}

async function addForgottenAndConnection(db: Queries): Promise<void> {
  await db.schema.alterTable('blobs').addColumn('forgotten', 'bigint').execute();
  await sql`create index blobs_forgotten on blobs (noted_at) where forgotten is not null`.execute(
    db,
  );
  await db.schema.alterTable('leases').addColumn('connection', 'text').execute();
  await db.schema.alterTable('leases').addColumn('contents', 'text').execute();
}

async function createIndex(db: Queries, table: string, columns: readonly string[]): Promise<void> {
  await db.schema
    .createIndex([table, 'by', ...columns].join('_'))
    .on(table)
    .columns([...columns])
    .execute();
}

export const MIGRATIONS: readonly Migration[] = [
  createTables,
  createRecords,
  addLeaseAddress,
  addForgottenAndConnection,
];
