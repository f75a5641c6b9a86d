import type { JsonValue, ListRecordsOptions, StoredRecord } from '@modelkeep/core/spi';
import type { Database, Queries } from './database.ts';
import { sortKey } from './tables.ts';

const PAGE = 1000;

interface RecordRow {
  readonly collection: string;
  readonly id: string;
  readonly value: string;
  readonly updated_at: number;
}

function recordOf(row: RecordRow): StoredRecord {
  const { collection, id, value, updated_at } = row;
  return { collection, id, value: JSON.parse(value) as JsonValue, updatedAt: Number(updated_at) };
}

export async function findRecord(
  db: Queries,
  collection: string,
  id: string,
): Promise<StoredRecord | undefined> {
  const row = await db
    .selectFrom('records')
    .select(['collection', 'id', 'value', 'updated_at'])
    .where('collection', '=', collection)
    .where('id', '=', id)
    .executeTakeFirst();
  return row === undefined ? undefined : recordOf(row);
}

/** Returns whether it stored. */
export async function putRecord(
  database: Database,
  db: Queries,
  record: Pick<StoredRecord, 'collection' | 'id' | 'value'>,
  ifAbsent: boolean,
): Promise<boolean> {
  const columns = { value: JSON.stringify(record.value), updated_at: await database.now(db) };
  const insert = db.insertInto('records').values({
    collection: record.collection,
    id: record.id,
    sort_key: sortKey(record.id),
    ...columns,
  });
  const { numInsertedOrUpdatedRows } = await insert
    .onConflict((conflict) => {
      const same = conflict.columns(['collection', 'id']);
      return ifAbsent ? same.doNothing() : same.doUpdateSet(columns);
    })
    .executeTakeFirst();
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}

export async function removeRecordOf(
  db: Queries,
  collection: string,
  id: string,
): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('records')
    .where('collection', '=', collection)
    .where('id', '=', id)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Records of a collection by id, page by page. */
export async function* eachRecord(
  database: Database,
  collection: string,
  options: ListRecordsOptions,
  signal: AbortSignal | undefined,
): AsyncGenerator<StoredRecord, void, undefined> {
  const { descending = false } = options;
  let after = options.after;
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  while (left > 0) {
    const size = Math.min(PAGE, left);
    const rows = await database.select(signal, (db) => {
      const page = db
        .selectFrom('records')
        .select(['collection', 'id', 'value', 'updated_at'])
        .where('collection', '=', collection)
        .orderBy('sort_key', descending ? 'desc' : 'asc')
        .limit(size);
      if (after === undefined) return page.execute();
      return page.where('sort_key', descending ? '<' : '>', sortKey(after)).execute();
    });
    for (const row of rows) {
      signal?.throwIfAborted();
      yield recordOf(row);
    }
    left -= rows.length;
    after = rows.at(-1)?.id;
    if (rows.length < size) return;
  }
}
