import type { RemovedSnapshot, Snapshot, SnapshotFile } from '@modelkeep/core/spi';
import type { Selectable } from 'kysely';
import type { Database, Queries } from './database.ts';
import type { SnapshotFilesTable } from './tables.ts';

const PAGE = 1000;

export async function findSnapshot(
  db: Queries,
  modelId: string,
  commit: string,
): Promise<Snapshot | undefined> {
  const row = await db
    .selectFrom('snapshots')
    .select(['id', 'derived', 'created_at'])
    .where('model_id', '=', modelId)
    .where('commit_hash', '=', commit)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const files = await db
    .selectFrom('snapshot_files')
    .selectAll()
    .where('snapshot_id', '=', row.id)
    .execute();
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    modelId,
    commit,
    derived: row.derived === 1,
    files: files.filter((file) => file.kept === 1).map(fileOf),
    omitted: files.filter((file) => file.kept === 0).map(fileOf),
    createdAt: Number(row.created_at),
  };
}

function fileOf(row: Selectable<SnapshotFilesTable>): SnapshotFile {
  return {
    path: row.path,
    size: Number(row.size),
    ...(row.digest === null ? {} : { digest: row.digest }),
    ...(row.git_oid === null ? {} : { gitOid: row.git_oid }),
    lfs: row.lfs === 1,
  };
}

/** The commits kept of one model or of all, newest first. */
export async function* eachSnapshot(
  database: Database,
  modelId: string | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<RemovedSnapshot & { readonly createdAt: number }, void, undefined> {
  let last: { readonly id: number; readonly created_at: number } | undefined;
  do {
    const rows = await database.select(signal, (db) => snapshotPage(db, modelId, last));
    for (const row of rows) {
      signal?.throwIfAborted();
      const createdAt = Number(row.created_at);
      yield { modelId: row.model_id, commit: row.commit_hash, createdAt };
    }
    last = rows.length < PAGE ? undefined : rows.at(-1);
  } while (last !== undefined);
}

function snapshotPage(
  db: Queries,
  modelId: string | undefined,
  after: { readonly id: number; readonly created_at: number } | undefined,
) {
  let page = db
    .selectFrom('snapshots')
    .select(['id', 'model_id', 'commit_hash', 'created_at'])
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(PAGE);
  if (modelId !== undefined) page = page.where('model_id', '=', modelId);
  if (after === undefined) return page.execute();
  return page
    .where(({ and, eb, or }) =>
      or([
        eb('created_at', '<', after.created_at),
        and([eb('created_at', '=', after.created_at), eb('id', '<', after.id)]),
      ]),
    )
    .execute();
}

export async function modelIdsLike(db: Queries, modelId: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('snapshots')
    .select('model_id')
    .distinct()
    .where('folded_id', '=', modelId.toLowerCase())
    .orderBy('model_id')
    .execute();
  return rows.map((row) => row.model_id);
}
