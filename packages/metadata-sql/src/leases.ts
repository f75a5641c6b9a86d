import type { AddedContent, Lease, LeaseRequest, Reservation } from '@modelkeep/core/spi';
import {
  type Expression,
  type ExpressionBuilder,
  type Insertable,
  type Selectable,
  type SqlBool,
  sql,
} from 'kysely';
import { chunks, inChunks } from './chunks.ts';
import type { Database, Queries } from './database.ts';
import type { LeasesTable, Tables } from './tables.ts';

const LEASE_COLUMNS = 11;
const TOKENS = 'lease-token';
/** Sorts after every character that a key may go on with. */
const LAST = '\u{10FFFF}';

type LeaseRow = Selectable<LeasesTable>;

/** Asks about each holder once, as many leases share one. */
function goneHolders(database: Database): (holder: string | null) => boolean {
  const known = new Map<string, boolean>();
  const { holders } = database.dialect;
  return (holder) => {
    if (holder === null || holders === undefined) return false;
    const gone = known.get(holder) ?? holders.isGone(holder);
    known.set(holder, gone);
    return gone;
  };
}

/** Grants those of `keys` that `owner` may have. */
export async function grantLeases(
  database: Database,
  db: Queries,
  keys: readonly string[],
  { owner, ttlMs, bytes = 0, address, adds }: LeaseRequest,
): Promise<readonly Lease[]> {
  const wanted = [...new Set(keys)].sort();
  if (wanted.length === 0) return [];
  const held = await inChunks(wanted, database.rowsPerStatement(1), (piece) => {
    const rows = db.selectFrom('leases').selectAll().where('key', 'in', piece);
    return (database.locksRows ? rows.orderBy('key').forUpdate() : rows).execute();
  });
  const now = await database.now(db);
  const isGone = goneHolders(database);
  const takenOver = new Map<string, 'dead' | 'expired' | null>();
  const refused = new Set<string>();
  for (const row of held) {
    if (row.owner === owner) takenOver.set(row.key, null);
    else if (isGone(row.holder)) takenOver.set(row.key, 'dead');
    else if (Number(row.expires_at) <= now) takenOver.set(row.key, 'expired');
    else refused.add(row.key);
  }
  const free = wanted.filter((key) => !refused.has(key));
  if (free.length === 0) return [];
  await deleteLeases(database, db, [...takenOver.keys()]);
  const lastToken = await nextTokens(db, free.length);
  const rows = free.map((key, index) => ({
    key,
    owner,
    token: lastToken - free.length + 1 + index,
    granted_at: now,
    expires_at: now + ttlMs,
    bytes,
    taken_over: takenOver.get(key) ?? null,
    holder: database.dialect.holders?.self() ?? null,
    address: address ?? null,
    connection: adds?.connection ?? null,
    contents: adds === undefined ? null : contentsText(adds.contents),
  }));
  const granted = await insertLeases(database, db, rows);
  return rows.filter(({ key }) => granted.has(key)).map(leaseOf);
}

function contentsText(contents: readonly AddedContent[]): string {
  return JSON.stringify(contents.map(({ id, bytes }) => [id, bytes]));
}

function contentsOf(text: string): readonly AddedContent[] {
  const pairs = JSON.parse(text) as readonly (readonly [string, number])[];
  return pairs.map(([id, bytes]) => ({ id, bytes }));
}

function leaseOf(row: LeaseRow): Lease {
  const takenOver = row.taken_over === 'dead' || row.taken_over === 'expired' ? row.taken_over : '';
  return {
    key: row.key,
    owner: row.owner,
    token: Number(row.token),
    expiresAt: Number(row.expires_at),
    ...(takenOver === '' ? {} : { takenOver }),
    ...(row.address === null ? {} : { address: row.address }),
  };
}

async function deleteLeases(
  database: Database,
  db: Queries,
  keys: readonly string[],
): Promise<void> {
  for (const piece of chunks(keys, database.rowsPerStatement(1))) {
    await db.deleteFrom('leases').where('key', 'in', piece).execute();
  }
}

/** Draws `count` tokens from the one counter of all keys, and returns the last. */
export async function nextTokens(db: Queries, count: number): Promise<number> {
  const row = await db
    .insertInto('counters')
    .values({ name: TOKENS, value: count })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((eb) => ({
        value: eb('counters.value', '+', eb.ref('excluded.value')),
      })),
    )
    .returning('value')
    .executeTakeFirstOrThrow();
  return Number(row.value);
}

/** Returns the keys inserted: where others write at once, one of them may have been first. */
async function insertLeases(
  database: Database,
  db: Queries,
  rows: readonly Insertable<LeasesTable>[],
): Promise<Set<string>> {
  const inserted = await inChunks(rows, database.rowsPerStatement(LEASE_COLUMNS), (piece) =>
    db
      .insertInto('leases')
      .values(piece)
      .onConflict((conflict) => conflict.column('key').doNothing())
      .returning('key')
      .execute(),
  );
  return new Set(inserted.map(({ key }) => key));
}

/** Prolongs every lease of `owner`; returns their keys. */
export async function prolongLeases(
  database: Database,
  db: Queries,
  { owner, ttlMs, bytes = 0 }: LeaseRequest,
): Promise<readonly string[]> {
  const now = await database.now(db);
  const rows = await db
    .updateTable('leases')
    .set({ expires_at: now + ttlMs, bytes })
    .where('owner', '=', owner)
    .returning('key')
    .execute();
  return rows.map(({ key }) => key);
}

/** Ends the leases of `owner`: those of `keys`, or all. */
export async function endLeases(
  database: Database,
  db: Queries,
  owner: string,
  keys: readonly string[] | undefined,
): Promise<void> {
  if (keys === undefined) {
    await db.deleteFrom('leases').where('owner', '=', owner).execute();
    return;
  }
  for (const piece of chunks([...keys].sort(), database.rowsPerStatement(1) - 1)) {
    await db.deleteFrom('leases').where('owner', '=', owner).where('key', 'in', piece).execute();
  }
}

/** Ends one lease, unless somebody else holds it by now; its row stays, so that the next holder knows of this one. */
export async function expireLease(db: Queries, key: string, token: number): Promise<boolean> {
  const rows = await db
    .updateTable('leases')
    .set({ expires_at: 0 })
    .where('key', '=', key)
    .where('token', '=', token)
    .returning('key')
    .execute();
  return rows.length > 0;
}

/** Whether there is one to forget: to find none, nothing needs to be written. */
export async function hasEnded(db: Queries, ranOutBefore: number): Promise<boolean> {
  const row = await db
    .selectFrom('leases')
    .select('key')
    .where(endedBefore(ranOutBefore))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Tokens are drawn from a counter of their own, which no row takes along. */
export async function forgetEnded(db: Queries, ranOutBefore: number): Promise<void> {
  await db.deleteFrom('leases').where(endedBefore(ranOutBefore)).execute();
}

/** One that was ended before its time says no more when that was: it counts from when it was granted. */
function endedBefore(
  time: number,
): (eb: ExpressionBuilder<Tables, 'leases'>) => Expression<SqlBool> {
  return (eb) => eb.and([eb('expires_at', '<', time), eb('granted_at', '<', time)]);
}

/** The leases in force whose key begins with `prefix`. */
export async function leasesInForce(
  database: Database,
  db: Queries,
  prefix: string,
): Promise<readonly (Lease & { readonly grantedAt: number })[]> {
  const isGone = goneHolders(database);
  const rows = await db
    .selectFrom('leases')
    .selectAll()
    .where('key', '>=', prefix)
    .where('key', '<', prefix + LAST)
    .where('expires_at', '>', database.clock)
    .orderBy('key')
    .execute();
  return rows
    .filter((row) => !isGone(row.holder))
    .map((row) => ({ ...leaseOf(row), grantedAt: Number(row.granted_at) }));
}

/** Sum of the bytes that other owners will still write. */
export async function bytesLeased(
  database: Database,
  db: Queries,
  exceptOwner: string,
): Promise<number> {
  const isGone = goneHolders(database);
  const rows = await db
    .selectFrom('leases')
    .select(['holder', sql<number>`sum(bytes)`.as('bytes')])
    .where('owner', '!=', exceptOwner)
    .where('expires_at', '>', database.clock)
    .groupBy('holder')
    .execute();
  return rows.reduce((sum, row) => sum + (isGone(row.holder) ? 0 : Number(row.bytes)), 0);
}

/** What other owners set aside. */
export async function reservationsOf(
  database: Database,
  db: Queries,
  exceptOwner: string,
): Promise<readonly Reservation[]> {
  const isGone = goneHolders(database);
  const rows = await db
    .selectFrom('leases')
    .select(['holder', 'bytes', 'connection', 'contents'])
    .where('owner', '!=', exceptOwner)
    .where('expires_at', '>', database.clock)
    .where((eb) => eb.or([eb('bytes', '>', 0), eb('contents', 'is not', null)]))
    .execute();
  return rows
    .filter((row) => !isGone(row.holder))
    .map(({ bytes, connection, contents }) => ({
      bytes: Number(bytes),
      ...(contents === null
        ? {}
        : {
            adds: {
              ...(connection === null ? {} : { connection }),
              contents: contentsOf(contents),
            },
          }),
    }));
}
