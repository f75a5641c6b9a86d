import { ModelkeepError, type RemovedSnapshot } from '@modelkeep/core/spi';
import type { Database, Queries } from './database.ts';

/** Removes an entry, and the snapshots of its model that no other entry points at. */
export async function removeEntryOf(
  database: Database,
  db: Queries,
  key: string,
): Promise<readonly RemovedSnapshot[] | undefined> {
  const entry = await db
    .deleteFrom('entries')
    .where('key', '=', key)
    .returning('model_id')
    .executeTakeFirst();
  if (entry === undefined) return undefined;
  await lockSnapshots(database, db, entry.model_id);
  const idle = await idleSnapshots(db, entry.model_id).execute();
  await deleteSnapshots(
    db,
    idle.map(({ id }) => id),
  );
  return idle.map((row) => ({ modelId: entry.model_id, commit: row.commit_hash }));
}

/** Removes a snapshot that no entry points at; returns whether there was one. */
export async function removeSnapshotOf(
  database: Database,
  db: Queries,
  modelId: string,
  commit: string,
): Promise<boolean> {
  await lockSnapshots(database, db, modelId);
  const user = await db
    .selectFrom('entries')
    .select('key')
    .where('model_id', '=', modelId)
    .where('commit_hash', '=', commit)
    .executeTakeFirst();
  if (user !== undefined) {
    throw new ModelkeepError('conflict', `${user.key} points at ${modelId}@${commit}`);
  }
  const found = await db
    .selectFrom('snapshots')
    .select('id')
    .where('model_id', '=', modelId)
    .where('commit_hash', '=', commit)
    .execute();
  await deleteSnapshots(
    db,
    found.map(({ id }) => id),
  );
  return found.length > 0;
}

/** So that no commit points an entry at one of them between the look and the removal. */
async function lockSnapshots(database: Database, db: Queries, modelId: string): Promise<void> {
  if (!database.locksRows) return;
  const rows = db.selectFrom('snapshots').select('id').where('model_id', '=', modelId);
  await rows.orderBy('id').forUpdate().execute();
}

function idleSnapshots(db: Queries, modelId: string) {
  return db
    .selectFrom('snapshots')
    .select(['id', 'commit_hash'])
    .where('model_id', '=', modelId)
    .where(({ exists, not, selectFrom }) =>
      not(
        exists(
          selectFrom('entries')
            .select('key')
            .whereRef('entries.model_id', '=', 'snapshots.model_id')
            .whereRef('entries.commit_hash', '=', 'snapshots.commit_hash'),
        ),
      ),
    );
}

async function deleteSnapshots(db: Queries, ids: readonly number[]): Promise<void> {
  for (const id of ids) {
    await db.deleteFrom('snapshot_files').where('snapshot_id', '=', id).execute();
    await db.deleteFrom('snapshots').where('id', '=', id).execute();
  }
}
