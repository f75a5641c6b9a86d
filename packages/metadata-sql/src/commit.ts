import {
  type Digest,
  ModelkeepError,
  type Snapshot,
  type SnapshotFile,
  type StoreChange,
} from '@modelkeep/core/spi';
import type { Insertable } from 'kysely';
import { chunks, inChunks } from './chunks.ts';
import type { Database, Queries } from './database.ts';
import { putEntry } from './entries.ts';
import type { SnapshotFilesTable } from './tables.ts';

const FILE_COLUMNS = 7;

/** Carries out `change` in one transaction, or returns the digests that it lacks. */
export async function commitChange(
  database: Database,
  db: Queries,
  { snapshot, entry, guard = [] }: StoreChange,
): Promise<readonly Digest[]> {
  await checkGuard(database, db, guard);
  if (snapshot !== undefined) {
    const missing = await missingDigests(database, db, snapshot.files);
    if (missing.length > 0) return missing;
    await mergeSnapshot(database, db, snapshot);
  }
  if (entry === undefined) return [];
  const kept = db
    .selectFrom('snapshots')
    .select('id')
    .where('model_id', '=', entry.modelId)
    .where('commit_hash', '=', entry.commit);
  const target = await (database.locksRows ? kept.forShare() : kept).executeTakeFirst();
  if (target === undefined) {
    const message = `${entry.key} cannot point at ${entry.modelId}@${entry.commit}, which is not kept`;
    throw new ModelkeepError('conflict', message);
  }
  await putEntry(db, entry);
  return [];
}

async function checkGuard(
  database: Database,
  db: Queries,
  guard: readonly { readonly key: string; readonly token: number }[],
): Promise<void> {
  const keys = guard.map(({ key }) => key);
  const rows = await inChunks(keys, database.rowsPerStatement(1), (piece) => {
    const leases = db.selectFrom('leases').select(['key', 'token']).where('key', 'in', piece);
    return (database.locksRows ? leases.forShare() : leases).execute();
  });
  const tokens = new Map(rows.map((row) => [row.key, Number(row.token)]));
  for (const { key, token } of guard) {
    if (tokens.get(key) === token) continue;
    throw new ModelkeepError(
      'conflict',
      `The lease ${key} is no longer held: another took it over`,
    );
  }
}

async function missingDigests(
  database: Database,
  db: Queries,
  files: readonly SnapshotFile[],
): Promise<readonly Digest[]> {
  const wanted = new Set<Digest>();
  for (const { path, digest } of files) {
    if (digest === undefined) {
      throw new ModelkeepError('invalid-argument', `The file ${path} is kept but has no digest`);
    }
    wanted.add(digest);
  }
  const kept = await inChunks([...wanted].sort(), database.rowsPerStatement(1) - 1, (piece) => {
    const blobs = db
      .selectFrom('blobs')
      .select('digest')
      .where('digest', 'in', piece)
      .where('deleting', '=', 0);
    return (database.locksRows ? blobs.orderBy('digest').forShare() : blobs).execute();
  });
  for (const { digest } of kept) wanted.delete(digest);
  return [...wanted];
}

async function mergeSnapshot(database: Database, db: Queries, snapshot: Snapshot): Promise<void> {
  const { id } = await db
    .insertInto('snapshots')
    .values({
      model_id: snapshot.modelId,
      folded_id: snapshot.modelId.toLowerCase(),
      commit_hash: snapshot.commit,
      derived: snapshot.derived ? 1 : 0,
      created_at: snapshot.createdAt,
      size_in_bytes: 0,
      file_count: 0,
      omitted_count: 0,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['model_id', 'commit_hash'])
        .doUpdateSet((eb) => ({ folded_id: eb.ref('excluded.folded_id') })),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  const size = database.rowsPerStatement(FILE_COLUMNS);
  const files = snapshot.files.map((file) => fileRow(id, file, 1));
  for (const piece of chunks(files, size)) await keepFiles(db, piece);
  const omitted = snapshot.omitted.map((file) => fileRow(id, file, 0));
  for (const piece of chunks(omitted, size)) await noteOmitted(db, piece);
  await countFiles(db, id);
}

function fileRow(id: number, file: SnapshotFile, kept: 0 | 1): Insertable<SnapshotFilesTable> {
  return {
    snapshot_id: id,
    path: file.path,
    size: file.size,
    digest: file.digest ?? null,
    git_oid: file.gitOid ?? null,
    lfs: file.lfs ? 1 : 0,
    kept,
  };
}

async function keepFiles(
  db: Queries,
  rows: readonly Insertable<SnapshotFilesTable>[],
): Promise<void> {
  await db
    .insertInto('snapshot_files')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['snapshot_id', 'path']).doUpdateSet((eb) => ({
        size: eb.ref('excluded.size'),
        digest: eb.ref('excluded.digest'),
        git_oid: eb.ref('excluded.git_oid'),
        lfs: eb.ref('excluded.lfs'),
        kept: 1,
      })),
    )
    .execute();
}

async function noteOmitted(
  db: Queries,
  rows: readonly Insertable<SnapshotFilesTable>[],
): Promise<void> {
  await db
    .insertInto('snapshot_files')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['snapshot_id', 'path'])
        .doUpdateSet((eb) => ({
          size: eb.ref('excluded.size'),
          digest: eb.ref('excluded.digest'),
          git_oid: eb.ref('excluded.git_oid'),
          lfs: eb.ref('excluded.lfs'),
        }))
        .where('snapshot_files.kept', '=', 0),
    )
    .execute();
}

async function countFiles(db: Queries, id: number): Promise<void> {
  const counts = await db
    .selectFrom('snapshot_files')
    .select(({ fn }) => [
      'kept',
      fn.countAll<number>().as('count'),
      fn.sum<number>('size').as('bytes'),
    ])
    .where('snapshot_id', '=', id)
    .groupBy('kept')
    .execute();
  const kept = counts.find((row) => row.kept === 1);
  const omitted = counts.find((row) => row.kept === 0);
  await db
    .updateTable('snapshots')
    .set({
      size_in_bytes: Number(kept?.bytes ?? 0),
      file_count: Number(kept?.count ?? 0),
      omitted_count: Number(omitted?.count ?? 0),
    })
    .where('id', '=', id)
    .execute();
}
