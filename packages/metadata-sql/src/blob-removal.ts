import type { Digest } from '@modelkeep/core/spi';
import { chunks, inChunks } from './chunks.ts';
import type { Database, Queries } from './database.ts';
import { nextTokens } from './leases.ts';

/** Rows of one statement: a row to insert has 8 columns. */
const PIECE = 4000;
/** For so long it is known that a blob was forgotten. */
const REMEMBERED_MS = 8 * 24 * 60 * 60 * 1000;

/** Marks those of `digests` that nothing refers to and that were noted before `notedBefore`. */
export async function markBlobs(
  database: Database,
  db: Queries,
  digests: readonly Digest[],
  notedBefore: number,
): Promise<readonly Digest[]> {
  return await inChunks([...new Set(digests)].sort(), PIECE, (piece) =>
    markPiece(database, db, piece, notedBefore),
  );
}

async function markPiece(
  database: Database,
  db: Queries,
  digests: readonly Digest[],
  notedBefore: number,
): Promise<readonly Digest[]> {
  const found = db
    .selectFrom('blobs')
    .select(['digest', 'noted_at', 'deleting'])
    .where('digest', 'in', digests);
  const records = await (database.locksRows
    ? found.orderBy('digest').forUpdate()
    : found
  ).execute();
  const known = new Set(records.map(({ digest }) => digest));
  const used = await usedDigests(db, digests);
  const young = records.filter((row) => row.deleting === 0 && Number(row.noted_at) >= notedBefore);
  for (const { digest } of young) used.add(digest);
  const free = digests.filter((digest) => !used.has(digest));
  const old = free.filter((digest) => known.has(digest));
  if (old.length > 0) {
    await db
      .updateTable('blobs')
      .set({ deleting: 1, forgotten: null })
      .where('digest', 'in', old)
      .execute();
  }
  const strangers = await reserve(
    database,
    db,
    free.filter((digest) => !known.has(digest)),
  );
  return [...old, ...strangers];
}

async function usedDigests(db: Queries, digests: readonly Digest[]): Promise<Set<Digest>> {
  const rows = await db
    .selectFrom('snapshot_files')
    .select('digest')
    .distinct()
    .where('digest', 'in', digests)
    .where('kept', '=', 1)
    .execute();
  return new Set(rows.map(({ digest }) => digest ?? ''));
}

/** Gives digests without a record one that is being deleted, so that nobody stores them meanwhile. */
async function reserve(
  database: Database,
  db: Queries,
  digests: readonly Digest[],
): Promise<readonly Digest[]> {
  if (digests.length === 0) return [];
  const now = await database.now(db);
  const rows = await db
    .insertInto('blobs')
    .values(
      digests.map((digest) => ({
        digest,
        size: 0,
        git_oid: null,
        receipt: '',
        verified_at: 0,
        noted_at: now,
        deleting: 1 as const,
        forgotten: null,
      })),
    )
    .onConflict((conflict) => conflict.column('digest').doNothing())
    .returning('digest')
    .execute();
  return rows.map(({ digest }) => digest);
}

/** Forgets those of `digests` that are marked, all but the token of it; and what was forgotten long ago. */
export async function forgetMarked(
  database: Database,
  db: Queries,
  digests: readonly Digest[],
): Promise<void> {
  if (digests.length === 0) return;
  const now = await database.now(db);
  const forgotten = await nextTokens(db, 1);
  for (const piece of chunks([...digests].sort(), PIECE)) {
    await db
      .updateTable('blobs')
      .set({ size: 0, git_oid: null, receipt: '', noted_at: now, forgotten })
      .where('digest', 'in', piece)
      .where('deleting', '=', 1)
      .where('forgotten', 'is', null)
      .execute();
  }
  await db
    .deleteFrom('blobs')
    .where('forgotten', 'is not', null)
    .where('noted_at', '<', now - REMEMBERED_MS)
    .execute();
}
