import type { BlobRecord, Digest, GitOid, RemovedSnapshot } from '@modelkeep/core/spi';
import { type Insertable, type Selectable, sql } from 'kysely';
import { inChunks } from './chunks.ts';
import type { Database, Queries } from './database.ts';
import type { BlobsTable } from './tables.ts';

const BLOB_COLUMNS = 8;
const PAGE = 1000;

function blobOf(row: Selectable<BlobsTable>): BlobRecord {
  return {
    digest: row.digest,
    size: Number(row.size),
    ...(row.git_oid === null ? {} : { gitOid: row.git_oid }),
    receipt: row.receipt,
    verifiedAt: Number(row.verified_at),
  };
}

/** The records in use whose `column` is one of `values`. */
export async function blobsBy(
  database: Database,
  db: Queries,
  column: 'digest' | 'git_oid',
  values: readonly (Digest | GitOid)[],
): Promise<Map<string, BlobRecord>> {
  const wanted = [...new Set(values)];
  const rows = await inChunks(wanted, database.rowsPerStatement(1) - 1, (piece) =>
    db
      .selectFrom('blobs')
      .selectAll()
      .where(column, 'in', piece)
      .where('deleting', '=', 0)
      .execute(),
  );
  return new Map(rows.map((row) => [row[column] ?? '', blobOf(row)]));
}

/** Those of `digests` that a snapshot of another model than `modelId` refers to. */
export async function digestsOfOthers(
  database: Database,
  db: Queries,
  digests: readonly Digest[],
  modelId: string,
): Promise<Set<Digest>> {
  const wanted = [...new Set(digests)];
  const rows = await inChunks(wanted, database.rowsPerStatement(1) - 2, (piece) =>
    db
      .selectFrom('blobs')
      .select('digest')
      .where('digest', 'in', piece)
      // The first other model is enough: thousands may have the same file.
      .where(({ exists, selectFrom }) =>
        exists(
          selectFrom('snapshot_files')
            .innerJoin('snapshots', 'snapshots.id', 'snapshot_files.snapshot_id')
            .select('snapshot_files.digest')
            .whereRef('snapshot_files.digest', '=', 'blobs.digest')
            .where('kept', '=', 1)
            .where('model_id', '!=', modelId),
        ),
      )
      .execute(),
  );
  return new Set(rows.map(({ digest }) => digest));
}

/** Which snapshots keep each of `digests`. */
export async function snapshotsWith(
  database: Database,
  db: Queries,
  digests: readonly Digest[],
): Promise<Map<Digest, RemovedSnapshot[]>> {
  const wanted = [...new Set(digests)];
  const rows = await inChunks(wanted, database.rowsPerStatement(1) - 1, (piece) =>
    db
      .selectFrom('snapshot_files')
      .innerJoin('snapshots', 'snapshots.id', 'snapshot_files.snapshot_id')
      .select(['digest', 'model_id', 'commit_hash'])
      .distinct()
      .where('digest', 'in', piece)
      .where('kept', '=', 1)
      .execute(),
  );
  const users = new Map<Digest, RemovedSnapshot[]>();
  for (const { digest, model_id: modelId, commit_hash: commit } of rows) {
    const known = users.get(digest ?? '');
    if (known === undefined) users.set(digest ?? '', [{ modelId, commit }]);
    else known.push({ modelId, commit });
  }
  return users;
}

/** Notes blobs; returns the digests that are being deleted, or were forgotten after the token `since`. */
export async function noteBlobs(
  database: Database,
  db: Queries,
  blobs: readonly BlobRecord[],
  since: number,
): Promise<readonly Digest[]> {
  const now = await database.now(db);
  const rows = new Map<Digest, Insertable<BlobsTable>>();
  for (const blob of blobs) {
    rows.set(blob.digest, {
      digest: blob.digest,
      size: blob.size,
      git_oid: blob.gitOid ?? null,
      receipt: blob.receipt,
      verified_at: blob.verifiedAt,
      noted_at: now,
      deleting: 0,
      forgotten: null,
    });
  }
  const sorted = [...rows.keys()].sort().flatMap((digest) => rows.get(digest) ?? []);
  const noted = await inChunks(sorted, database.rowsPerStatement(BLOB_COLUMNS), (piece) =>
    db
      .insertInto('blobs')
      .values(piece)
      .onConflict((conflict) =>
        conflict
          .column('digest')
          .doUpdateSet((eb) => ({
            size: eb.ref('excluded.size'),
            git_oid: eb.ref('excluded.git_oid'),
            receipt: eb.ref('excluded.receipt'),
            verified_at: eb.ref('excluded.verified_at'),
            noted_at: eb.ref('excluded.noted_at'),
            deleting: eb.ref('excluded.deleting'),
            forgotten: eb.ref('excluded.forgotten'),
          }))
          .where((eb) => eb.or([eb('blobs.deleting', '=', 0), eb('blobs.forgotten', '<', since)])),
      )
      .returning('digest')
      .execute(),
  );
  for (const { digest } of noted) rows.delete(digest);
  return [...rows.keys()];
}

const referenced = sql<number>`case when exists (select 1 from snapshot_files where snapshot_files.digest = blobs.digest and snapshot_files.kept = 1) then 1 else 0 end`;

/** Every record, by digest. */
export async function* eachBlob(
  database: Database,
  signal: AbortSignal | undefined,
): AsyncGenerator<
  BlobRecord & { readonly deleting: boolean; readonly referenced: boolean },
  void,
  undefined
> {
  let after = '';
  for (;;) {
    const rows = await database.select(signal, (db) =>
      db
        .selectFrom('blobs')
        .selectAll()
        .select(referenced.as('referenced'))
        .where('digest', '>', after)
        .where('forgotten', 'is', null)
        .orderBy('digest')
        .limit(PAGE)
        .execute(),
    );
    for (const row of rows) {
      signal?.throwIfAborted();
      yield { ...blobOf(row), deleting: row.deleting === 1, referenced: row.referenced === 1 };
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.digest;
  }
}

export async function totalsOf(db: Queries): Promise<{
  readonly count: number;
  readonly bytes: number;
  readonly referencedCount: number;
  readonly referencedBytes: number;
}> {
  const rows = await db
    .selectFrom(
      db
        .selectFrom('blobs')
        .select('size')
        .select(referenced.as('used'))
        .where('forgotten', 'is', null)
        .as('sizes'),
    )
    .select(({ fn }) => [
      'used',
      fn.countAll<number>().as('count'),
      fn.sum<number>('size').as('bytes'),
    ])
    .groupBy('used')
    .execute();
  const used = rows.find((row) => row.used === 1);
  const referencedCount = Number(used?.count ?? 0);
  const referencedBytes = Number(used?.bytes ?? 0);
  const unused = rows.find((row) => row.used === 0);
  return {
    count: referencedCount + Number(unused?.count ?? 0),
    bytes: referencedBytes + Number(unused?.bytes ?? 0),
    referencedCount,
    referencedBytes,
  };
}
