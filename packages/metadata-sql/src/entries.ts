import type { Entry, EntrySummary, ModelMetadata } from '@modelkeep/core/spi';
import type { Insertable } from 'kysely';
import type { Database, Queries } from './database.ts';
import { type EntriesTable, sortKey } from './tables.ts';

const PAGE = 500;

function summaries(db: Queries) {
  return db
    .selectFrom('entries')
    .innerJoin('snapshots', (join) =>
      join
        .onRef('snapshots.model_id', '=', 'entries.model_id')
        .onRef('snapshots.commit_hash', '=', 'entries.commit_hash'),
    )
    .selectAll('entries')
    .select(['size_in_bytes', 'file_count', 'created_at', 'omitted_count']);
}

type SummaryRow = Awaited<ReturnType<ReturnType<typeof summaries>['execute']>>[number];

function summaryOf(row: SummaryRow): EntrySummary {
  return {
    key: row.key,
    modelId: row.model_id,
    revision: row.revision,
    commit: row.commit_hash,
    metadata: JSON.parse(row.metadata) as ModelMetadata,
    ...(row.connection === null ? {} : { connection: row.connection }),
    downloadedBy: row.downloaded_by,
    downloadDate: Number(row.download_date),
    ...(row.last_used_by === null ? {} : { lastUsedBy: row.last_used_by }),
    ...(row.last_used === null ? {} : { lastUsed: Number(row.last_used) }),
    pinned: row.pinned === 1,
    sizeInBytes: Number(row.size_in_bytes),
    fileCount: Number(row.file_count),
    createdAt: Number(row.created_at),
    complete: Number(row.omitted_count) === 0,
  };
}

export async function findEntry(db: Queries, key: string): Promise<EntrySummary | undefined> {
  const row = await summaries(db).where('key', '=', key).executeTakeFirst();
  return row === undefined ? undefined : summaryOf(row);
}

/** All entries, or those of one model, by key. */
export async function* eachEntry(
  database: Database,
  modelId: string | undefined,
  begin: () => AbortSignal | undefined,
): AsyncGenerator<EntrySummary, void, undefined> {
  const signal = begin();
  let after = '';
  for (;;) {
    const rows = await database.select(signal, (db) => {
      const page = summaries(db).where('sort_key', '>', after).orderBy('sort_key').limit(PAGE);
      return (
        modelId === undefined ? page : page.where('entries.model_id', '=', modelId)
      ).execute();
    });
    for (const row of rows) {
      signal?.throwIfAborted();
      yield summaryOf(row);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.sort_key;
  }
}

/** Stores or replaces an entry. */
export async function putEntry(db: Queries, entry: Entry): Promise<void> {
  const { key, ...columns }: Insertable<EntriesTable> = {
    key: entry.key,
    sort_key: sortKey(entry.key),
    model_id: entry.modelId,
    revision: entry.revision,
    commit_hash: entry.commit,
    metadata: JSON.stringify(entry.metadata),
    connection: entry.connection ?? null,
    downloaded_by: entry.downloadedBy,
    download_date: entry.downloadDate,
    last_used_by: entry.lastUsedBy ?? null,
    last_used: entry.lastUsed ?? null,
    pinned: entry.pinned ? 1 : 0,
  };
  await db
    .insertInto('entries')
    .values({ key, ...columns })
    .onConflict((conflict) => conflict.column('key').doUpdateSet(columns))
    .execute();
}

export async function pinEntry(db: Queries, key: string, pinned: boolean): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('entries')
    .set({ pinned: pinned ? 1 : 0 })
    .where('key', '=', key)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export async function noteUse(
  db: Queries,
  key: string,
  use: { readonly lastUsed: number; readonly lastUsedBy: string },
): Promise<void> {
  await db
    .updateTable('entries')
    .set({ last_used: use.lastUsed, last_used_by: use.lastUsedBy })
    .where('key', '=', key)
    .execute();
}
