import { type MetadataCallOptions, type MetadataStore, ModelkeepError } from '@modelkeep/core/spi';
import { forgetMarked, markBlobs } from './blob-removal.ts';
import { blobsBy, digestsOfOthers, eachBlob, noteBlobs, snapshotsWith, totalsOf } from './blobs.ts';
import { commitChange } from './commit.ts';
import { Database } from './database.ts';
import { eachEntry, findEntry, noteUse, pinEntry } from './entries.ts';
import {
  bytesLeased,
  endLeases,
  expireLease,
  forgetEnded,
  grantLeases,
  hasEnded,
  leasesInForce,
  prolongLeases,
  reservationsOf,
} from './leases.ts';
import { eachRecord, findRecord, putRecord, removeRecordOf } from './records.ts';
import { removeEntryOf, removeSnapshotOf } from './removal.ts';
import { prepareSchema } from './schema.ts';
import { bytesOfOne, bytesStored } from './sizes.ts';
import { eachSnapshot, findSnapshot, modelIdsLike } from './snapshots.ts';
import type { SqlDialect } from './sql-dialect.ts';

const FEW = 1000;

/** A metadata store over a SQL database. One schema for every dialect. */
export function sqlMetadataStore(dialect: SqlDialect): MetadataStore {
  const database = new Database(dialect);
  let state: 'new' | 'open' | 'closed' = 'new';

  /** The signal of a call, after a look at the state. */
  function begin(call: MetadataCallOptions | undefined): AbortSignal | undefined {
    call?.signal?.throwIfAborted();
    if (state !== 'open') {
      const message = `The ${dialect.name} metadata store is ${state === 'new' ? 'not open' : 'closed'}`;
      throw new ModelkeepError('storage-failed', message);
    }
    return call?.signal;
  }

  type Work<T> = Parameters<typeof database.select<T>>[1];

  async function select<T>(call: MetadataCallOptions | undefined, work: Work<T>): Promise<T> {
    return await database.select(begin(call), work);
  }

  async function read<T>(call: MetadataCallOptions | undefined, work: Work<T>): Promise<T> {
    return await database.read(begin(call), work);
  }

  /** Few keys are one statement, which needs no transaction around it. */
  function lookUp<T>(
    call: MetadataCallOptions | undefined,
    keys: readonly string[],
    work: Work<T>,
  ): Promise<T> {
    return keys.length <= FEW ? select(call, work) : read(call, work);
  }

  async function write<T>(call: MetadataCallOptions | undefined, work: Work<T>): Promise<T> {
    return await database.write(begin(call), work);
  }

  return {
    specificationVersion: 'v1',
    name: dialect.name,

    async open(call) {
      call?.signal?.throwIfAborted();
      if (state !== 'new') {
        const message = `The ${dialect.name} metadata store was opened before`;
        throw new ModelkeepError('storage-failed', message);
      }
      await database.attempt(call?.signal, () => dialect.open());
      try {
        await prepareSchema(database, call?.signal);
      } catch (error) {
        await dialect.close();
        throw error;
      }
      state = 'open';
    },
    async close() {
      if (state !== 'open') return;
      state = 'closed';
      await dialect.close();
    },
    now: (call) => select(call, (db) => database.now(db)),

    getEntry: (key, call) => select(call, (db) => findEntry(db, key)),
    listEntries: (call) => eachEntry(database, call?.modelId, () => begin(call)),
    getSnapshot: (modelId, commit, call) => read(call, (db) => findSnapshot(db, modelId, commit)),
    async *listSnapshots(modelId, call) {
      yield* eachSnapshot(database, modelId, begin(call));
    },
    findModelIds: (modelId, call) => select(call, (db) => modelIdsLike(db, modelId)),
    commit: (change, call) =>
      write(call, async (db) => ({ missing: await commitChange(database, db, change) })),
    removeEntry: (key, call) => write(call, (db) => removeEntryOf(database, db, key)),
    removeSnapshot: (modelId, commit, call) =>
      write(call, (db) => removeSnapshotOf(database, db, modelId, commit)),
    setPinned: (key, pinned, call) => write(call, (db) => pinEntry(db, key, pinned)),
    async touchEntry(key, use, call) {
      begin(call);
      if (dialect.refusal?.() === undefined) await write(call, (db) => noteUse(db, key, use));
    },

    getBlobs: (digests, call) =>
      lookUp(call, digests, (db) => blobsBy(database, db, 'digest', digests)),
    findBlobs: (gitOids, call) =>
      lookUp(call, gitOids, (db) => blobsBy(database, db, 'git_oid', gitOids)),
    putBlobs: (blobs, call) =>
      write(call, (db) => noteBlobs(database, db, blobs, call?.since ?? 0)),
    async *listBlobs(call) {
      yield* eachBlob(database, begin(call));
    },
    blobTotals: (call) => select(call, totalsOf),
    sharedBlobs: (digests, modelId, call) =>
      read(call, (db) => digestsOfOthers(database, db, digests, modelId)),
    blobUsers: (digests, call) => read(call, (db) => snapshotsWith(database, db, digests)),
    storedBytes: (call) => select(call, (db) => bytesStored(db, call?.connection)),
    exclusiveBytes: (call) => select(call, bytesOfOne),
    markDeleting: (digests, call) =>
      write(call, (db) => markBlobs(database, db, digests, call.notedBefore)),
    forgetBlobs: (digests, call) => write(call, (db) => forgetMarked(database, db, digests)),

    acquireLeases: (keys, request, call) =>
      write(call, (db) => grantLeases(database, db, keys, request)),
    renewLeases: (request, call) => write(call, (db) => prolongLeases(database, db, request)),
    releaseLeases: (owner, keys, call) => write(call, (db) => endLeases(database, db, owner, keys)),
    expireLease: (key, token, call) => write(call, (db) => expireLease(db, key, token)),
    async forgetLeases(ranOutBefore, call) {
      // The volume may be read-only.
      if (!(await select(call, (db) => hasEnded(db, ranOutBefore)))) return;
      await write(call, (db) => forgetEnded(db, ranOutBefore));
    },
    listLeases: (prefix, call) => select(call, (db) => leasesInForce(database, db, prefix)),
    leasedBytes: (exceptOwner, call) =>
      select(call, (db) => bytesLeased(database, db, exceptOwner)),
    listReservations: (exceptOwner, call) =>
      select(call, (db) => reservationsOf(database, db, exceptOwner)),

    getRecord: (collection, id, call) => select(call, (db) => findRecord(db, collection, id)),
    putRecord: (collection, id, value, call) =>
      write(call, (db) =>
        putRecord(database, db, { collection, id, value }, call?.ifAbsent ?? false),
      ),
    removeRecord: (collection, id, call) => write(call, (db) => removeRecordOf(db, collection, id)),
    async *listRecords(collection, call = {}) {
      yield* eachRecord(database, collection, call, begin(call));
    },
  };
}
