import { type MetadataCallOptions, type MetadataStore, ModelkeepError } from '@modelkeep/core/spi';
import {
  blobsByGitOid,
  blobsKnown,
  forgetMarked,
  keptBlobs,
  markBlobs,
  noteBlobs,
  sharedDigests,
  snapshotsWith,
  totalsOf,
} from './metadata-blobs.ts';
import {
  byCodeUnit,
  type MemoryMetadataData,
  newMetadataData,
  snapshotKey,
} from './metadata-data.ts';
import { leaseTable } from './metadata-leases.ts';
import { findRecord, recordsOf, storeRecord } from './metadata-records.ts';
import { bytesOfOne, bytesStored } from './metadata-sizes.ts';
import {
  commitChange,
  isPointedAt,
  referencedDigests,
  removeEntryOf,
  summarize,
} from './metadata-snapshots.ts';

export interface MemoryMetadataOptions {
  /** What is kept, shared by every store that is made with it: as processes share a database. Default: new and empty. */
  readonly data?: MemoryMetadataData;
  /** The store's clock, ms since the epoch. Default: the machine's. */
  readonly now?: () => number;
  /** Whether the holder of a lease is known to be dead. Default: never. */
  readonly isDead?: (owner: string) => boolean;
}

/** A metadata store in memory. `data` is there to look at, to damage and to share. */
export interface MemoryMetadata extends MetadataStore {
  readonly data: MemoryMetadataData;
}

/** Makes a metadata store that keeps all in memory. Calls before `open` or after `close` fail, so that a caller that forgets is seen. */
export function memoryMetadata(options: MemoryMetadataOptions = {}): MemoryMetadata {
  const data = options.data ?? newMetadataData();
  const now = options.now ?? Date.now;
  const leases = leaseTable(data, now, options.isDead ?? (() => false));
  let state: 'new' | 'open' | 'closed' = 'new';

  function begin(call: MetadataCallOptions | undefined): void {
    call?.signal?.throwIfAborted();
    if (state !== 'open') {
      throw new ModelkeepError('storage-failed', `The memory metadata store is ${state}, not open`);
    }
  }

  async function run<T>(call: MetadataCallOptions | undefined, work: () => T): Promise<T> {
    begin(call);
    return work();
  }

  async function* each<T>(
    call: MetadataCallOptions | undefined,
    items: () => Iterable<T>,
  ): AsyncGenerator<T, void, undefined> {
    begin(call);
    for (const item of items()) {
      call?.signal?.throwIfAborted();
      yield item;
    }
  }

  return {
    specificationVersion: 'v1',
    name: 'memory',
    data,
    async open(call) {
      call?.signal?.throwIfAborted();
      if (state !== 'new') {
        throw new ModelkeepError('storage-failed', `The memory metadata store is ${state} already`);
      }
      state = 'open';
    },
    async close() {
      state = 'closed';
    },
    now: (call) => run(call, now),

    getEntry: (key, call) =>
      run(call, () => {
        const entry = data.entries.get(key);
        return entry === undefined ? undefined : summarize(data, entry);
      }),
    listEntries: (call) =>
      each(call, () =>
        [...data.entries.values()]
          .filter((entry) => call?.modelId === undefined || entry.modelId === call.modelId)
          .sort((a, b) => byCodeUnit(a.key, b.key))
          .map((entry) => summarize(data, entry)),
      ),
    getSnapshot: (modelId, commit, call) =>
      run(call, () => structuredClone(data.snapshots.get(snapshotKey(modelId, commit)))),
    listSnapshots: (id, call) =>
      each(call, () =>
        [...data.snapshots.values()]
          .filter(({ modelId }) => id === undefined || modelId === id)
          .sort((a, b) => b.createdAt - a.createdAt)
          .map(({ modelId, commit, createdAt }) => ({ modelId, commit, createdAt })),
      ),
    findModelIds: (wanted, call) =>
      run(call, () => {
        const ids = new Set([...data.snapshots.values()].map(({ modelId }) => modelId));
        return [...ids].filter((id) => id.toLowerCase() === wanted.toLowerCase());
      }),
    commit: (change, call) => run(call, () => ({ missing: commitChange(data, change) })),
    removeEntry: (key, call) => run(call, () => removeEntryOf(data, key)),
    removeSnapshot: (modelId, commit, call) =>
      run(call, () => {
        if (isPointedAt(data, modelId, commit)) {
          throw new ModelkeepError('conflict', `An entry points at ${modelId}@${commit}`);
        }
        return data.snapshots.delete(snapshotKey(modelId, commit));
      }),
    setPinned: (key, pinned, call) =>
      run(call, () => {
        const entry = data.entries.get(key);
        if (entry !== undefined) data.entries.set(key, { ...entry, pinned });
        return entry !== undefined;
      }),
    touchEntry: (key, { lastUsed, lastUsedBy }, call) =>
      run(call, () => {
        const entry = data.entries.get(key);
        if (entry !== undefined) data.entries.set(key, { ...entry, lastUsed, lastUsedBy });
      }),

    getBlobs: (digests, call) => run(call, () => keptBlobs(data, digests)),
    findBlobs: (gitOids, call) => run(call, () => blobsByGitOid(data, gitOids)),
    putBlobs: (blobs, call) => run(call, () => noteBlobs(data, blobs, now(), call?.since ?? 0)),
    listBlobs: (call) =>
      each(call, () => {
        const referenced = referencedDigests(data);
        return blobsKnown(data).map(({ record, deleting }) => ({
          ...record,
          deleting,
          referenced: referenced.has(record.digest),
        }));
      }),
    blobTotals: (call) => run(call, () => totalsOf(data)),
    sharedBlobs: (digests, modelId, call) => run(call, () => sharedDigests(data, digests, modelId)),
    blobUsers: (digests, call) => run(call, () => snapshotsWith(data, digests)),
    storedBytes: (call) => run(call, () => bytesStored(data, call?.connection)),
    exclusiveBytes: (call) => run(call, () => bytesOfOne(data)),
    markDeleting: (digests, call) =>
      run(call, () => markBlobs(data, digests, call.notedBefore, now())),
    forgetBlobs: (digests, call) => run(call, () => forgetMarked(data, digests)),

    acquireLeases: (keys, request, call) => run(call, () => leases.acquire(keys, request)),
    renewLeases: (request, call) => run(call, () => leases.renew(request)),
    releaseLeases: (owner, keys, call) => run(call, () => leases.release(owner, keys)),
    expireLease: (key, token, call) => run(call, () => leases.expire(key, token)),
    forgetLeases: (ranOutBefore, call) => run(call, () => leases.forget(ranOutBefore)),
    listLeases: (prefix, call) => run(call, () => leases.inForce(prefix)),
    leasedBytes: (exceptOwner, call) => run(call, () => leases.bytes(exceptOwner)),
    listReservations: (exceptOwner, call) => run(call, () => leases.reservations(exceptOwner)),

    getRecord: (collection, id, call) => run(call, () => findRecord(data, collection, id)),
    putRecord: (collection, id, value, call) =>
      run(call, () => storeRecord(data, { collection, id, value }, call?.ifAbsent ?? false, now())),
    removeRecord: (collection, id, call) =>
      run(call, () => data.records.get(collection)?.delete(id) ?? false),
    listRecords: (collection, call) => each(call, () => recordsOf(data, collection, call)),
  };
}
