import type { RemovedSnapshot } from '@modelkeep/core/spi';
import type { Queries } from './database.ts';

/** Bytes of all records, or of those that entries of `connection` refer to. */
export async function bytesStored(db: Queries, connection: string | undefined): Promise<number> {
  const all = db.selectFrom('blobs').select(({ fn }) => fn.sum<number | null>('size').as('bytes'));
  const some =
    connection === undefined
      ? all
      : all.where(
          'digest',
          'in',
          db
            .selectFrom('entries')
            .innerJoin('snapshots', (join) =>
              join
                .onRef('snapshots.model_id', '=', 'entries.model_id')
                .onRef('snapshots.commit_hash', '=', 'entries.commit_hash'),
            )
            .innerJoin('snapshot_files', 'snapshot_files.snapshot_id', 'snapshots.id')
            .select('snapshot_files.digest')
            .where('connection', '=', connection)
            .where('kept', '=', 1),
        );
  const { bytes } = await some.executeTakeFirstOrThrow();
  return Number(bytes ?? 0);
}

/** Of each snapshot the bytes of the contents that only it has. */
export async function bytesOfOne(
  db: Queries,
): Promise<readonly (RemovedSnapshot & { readonly bytes: number })[]> {
  const rows = await db
    .selectFrom(
      db
        .selectFrom('snapshot_files')
        .select(({ fn }) => [fn.min('snapshot_id').as('snapshot_id'), 'digest'])
        .where('kept', '=', 1)
        .where('digest', 'is not', null)
        .groupBy('digest')
        .having(({ eb, fn }) => eb(fn.min('snapshot_id'), '=', fn.max('snapshot_id')))
        .as('single'),
    )
    .innerJoin('blobs', 'blobs.digest', 'single.digest')
    .innerJoin('snapshots', 'snapshots.id', 'single.snapshot_id')
    .select(({ fn }) => ['model_id', 'commit_hash', fn.sum<number>('size').as('bytes')])
    .groupBy(['snapshots.id', 'model_id', 'commit_hash'])
    .execute();
  return rows
    .map((row) => ({
      modelId: row.model_id,
      commit: row.commit_hash,
      bytes: Number(row.bytes),
    }))
    .filter(({ bytes }) => bytes > 0);
}
