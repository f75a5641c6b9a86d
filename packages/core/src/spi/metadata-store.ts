import type { Digest, Entry, EntrySummary, GitOid, Snapshot } from './model.ts';

export interface MetadataCallOptions {
  readonly signal?: AbortSignal;
}

/** A blob that is in the storage and whose content was proved. */
export interface BlobRecord {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** Git blob id of the content, where it was computed. */
  readonly gitOid?: GitOid;
  /** {@link StoredObject.receipt} at the time of the proof. */
  readonly receipt: string;
  /** When the content was proved last, ms since the epoch. */
  readonly verifiedAt: number;
}

/** The right to do one thing alone, for a while. */
export interface Lease {
  readonly key: string;
  readonly owner: string;
  /** Fencing token: grows with each grant, whatever the key, also after a release. {@link MetadataStore.forgetBlobs} draws from the same numbers. */
  readonly token: number;
  /** By the store's own clock, ms since the epoch. */
  readonly expiresAt: number;
  /**
   * Set when the lease was taken over from a holder that did not release it:
   * `dead` if that holder is known to be gone, `expired` if it may only be slow and still write.
   */
  readonly takenOver?: 'dead' | 'expired';
  /** {@link LeaseRequest.address} of the holder. */
  readonly address?: string;
}

export interface LeaseRequest {
  /** Names the process and flight, unique in the fleet. Reuse one owner for all leases that share a heartbeat. */
  readonly owner: string;
  /** Milliseconds from now, by the store's own clock. */
  readonly ttlMs: number;
  /** Bytes the holder will still write: counts in {@link MetadataStore.leasedBytes}. Default: 0. */
  readonly bytes?: number;
  /** Where others reach the holder while it holds the lease: kept with the grant and told to whoever asks; means nothing to the store. Default: nowhere. */
  readonly address?: string;
  /**
   * What there will be more once the holder is done: kept with the grant and told by
   * {@link MetadataStore.listReservations}; means nothing to the store. Default: nothing.
   */
  readonly adds?: AddedContents;
}

/** Contents on their way. */
export interface AddedContents {
  /** What they come through; absent for what is imported, adopted or copied. */
  readonly connection?: string;
  readonly contents: readonly AddedContent[];
}

export interface AddedContent {
  /** The same for whoever brings this content: it counts once. */
  readonly id: string;
  /** Size of all of it. */
  readonly bytes: number;
}

/** What a lease sets aside. */
export interface Reservation {
  /** {@link LeaseRequest.bytes}, as of the last grant or heartbeat. */
  readonly bytes: number;
  /** {@link LeaseRequest.adds}, as of the grant. */
  readonly adds?: AddedContents;
}

/** What changes when a model is stored, in one transaction: all of it or nothing. */
export interface StoreChange {
  /** Stored, or merged with a stored snapshot of the same commit: a file once kept stays kept. */
  readonly snapshot?: Snapshot;
  /** Stored or replaced. */
  readonly entry?: Entry;
  /** Keys of leases that must still be ours; otherwise the whole change fails with `conflict`. */
  readonly guard?: readonly { readonly key: string; readonly token: number }[];
}

export interface RemovedSnapshot {
  readonly modelId: string;
  readonly commit: string;
}

/** One JSON document that is kept beside the models: what a source said, a user, a job, an audit event. */
export interface StoredRecord {
  readonly collection: string;
  readonly id: string;
  readonly value: JsonValue;
  /** By the store's own clock, ms since the epoch. */
  readonly updatedAt: number;
}

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

export interface ListRecordsOptions extends MetadataCallOptions {
  /** Only ids after (with `descending`: before) this one. */
  readonly after?: string;
  /** Most records. Default: all. */
  readonly limit?: number;
  /** From the last id to the first. Default: false. */
  readonly descending?: boolean;
}

/**
 * Keeps entries, snapshots, blob records, leases and records. Each call is one transaction, and durable when it returns.
 * A broken or unreachable store fails with `storage-failed` (`retryable` if it may come back).
 */
export interface MetadataStore {
  readonly specificationVersion: 'v1';
  /** For people: `SQLite`, `PostgreSQL`. */
  readonly name: string;

  /** Called once before any other call: creates or migrates the schema; a newer schema fails with `store-incompatible`. */
  open(options?: MetadataCallOptions): Promise<void>;
  close(): Promise<void>;
  /** The store's own clock, ms since the epoch: the one by which leases expire. */
  now(options?: MetadataCallOptions): Promise<number>;

  // Entries and snapshots
  getEntry(key: string, options?: MetadataCallOptions): Promise<EntrySummary | undefined>;
  /** All entries by key, in ascending order (by code unit), without loading their files. */
  listEntries(
    options?: MetadataCallOptions & { readonly modelId?: string },
  ): AsyncIterable<EntrySummary>;
  getSnapshot(
    modelId: string,
    commit: string,
    options?: MetadataCallOptions,
  ): Promise<Snapshot | undefined>;
  /** Commits kept of one model, newest first, or of all models. */
  listSnapshots(
    modelId?: string,
    options?: MetadataCallOptions,
  ): AsyncIterable<RemovedSnapshot & { readonly createdAt: number }>;
  /**
   * Model ids kept that equal `modelId` when case is ignored.
   * Lets a caller answer "did you mean", as the Hub's names are unique without case.
   */
  findModelIds(modelId: string, options?: MetadataCallOptions): Promise<readonly string[]>;
  /**
   * The commit point of pull, import and adopt. Before storing, checks that every digest of `snapshot.files` has a blob
   * record that is not being deleted: if some have not, nothing is stored and they are returned, to be fetched again.
   */
  commit(
    change: StoreChange,
    options?: MetadataCallOptions,
  ): Promise<{ readonly missing: readonly Digest[] }>;
  /** Removes the entry; with it every snapshot of its model that no other entry points at. Returns what went; nothing if there was no such entry. */
  removeEntry(
    key: string,
    options?: MetadataCallOptions,
  ): Promise<readonly RemovedSnapshot[] | undefined>;
  /** Removes a snapshot that no entry points at; `conflict` if one does. Returns whether there was one. */
  removeSnapshot(modelId: string, commit: string, options?: MetadataCallOptions): Promise<boolean>;
  setPinned(key: string, pinned: boolean, options?: MetadataCallOptions): Promise<boolean>;
  /** Notes a use; cheap; a missing entry is not an error. */
  touchEntry(
    key: string,
    use: { readonly lastUsed: number; readonly lastUsedBy: string },
    options?: MetadataCallOptions,
  ): Promise<void>;

  // Blobs
  /** The records of those of `digests` that are kept and not being deleted. */
  getBlobs(
    digests: readonly Digest[],
    options?: MetadataCallOptions,
  ): Promise<ReadonlyMap<Digest, BlobRecord>>;
  /** The same, found by git blob id. */
  findBlobs(
    gitOids: readonly GitOid[],
    options?: MetadataCallOptions,
  ): Promise<ReadonlyMap<GitOid, BlobRecord>>;
  /**
   * Notes blobs that were proved and stored; replaces earlier records. `since` is a {@link Lease.token} that was granted before
   * the contents were stored, or looked at. Default: 0, which is before any.
   * Returns the digests that were not noted: those that are being deleted right now, and those that were forgotten after `since`,
   * as their deletion may have taken what was stored. Look again while nobody deletes, or store them anew.
   */
  putBlobs(
    blobs: readonly BlobRecord[],
    options?: MetadataCallOptions & { readonly since?: number },
  ): Promise<readonly Digest[]>;
  /** Every record, also of those being deleted. */
  listBlobs(
    options?: MetadataCallOptions,
  ): AsyncIterable<BlobRecord & { readonly deleting: boolean; readonly referenced: boolean }>;
  /** Bytes of all records, and of those that some snapshot refers to. */
  blobTotals(options?: MetadataCallOptions): Promise<{
    readonly count: number;
    readonly bytes: number;
    readonly referencedCount: number;
    readonly referencedBytes: number;
  }>;
  /** Those of `digests` that a snapshot of another model than `modelId` refers to. */
  sharedBlobs(
    digests: readonly Digest[],
    modelId: string,
    options?: MetadataCallOptions,
  ): Promise<ReadonlySet<Digest>>;
  /** The snapshots that refer to each of `digests`; those to which none refers are left out. */
  blobUsers(
    digests: readonly Digest[],
    options?: MetadataCallOptions,
  ): Promise<ReadonlyMap<Digest, readonly RemovedSnapshot[]>>;
  /** Bytes of all records; with `connection`, of those that entries of this connection refer to. Each once. */
  storedBytes(options?: MetadataCallOptions & { readonly connection?: string }): Promise<number>;
  /** Of each snapshot the bytes of those contents that no other snapshot refers to; snapshots without any are left out. */
  exclusiveBytes(
    options?: MetadataCallOptions,
  ): Promise<readonly (RemovedSnapshot & { readonly bytes: number })[]>;
  /**
   * Marks blobs as being deleted, each only if no snapshot refers to it and its record is older than `notedBefore`
   * (ms, the store's clock). A digest without a record gets one, so that nobody stores it meanwhile. Returns those marked.
   */
  markDeleting(
    digests: readonly Digest[],
    options: MetadataCallOptions & { readonly notedBefore: number },
  ): Promise<readonly Digest[]>;
  /**
   * Forgets blobs that were marked as being deleted and are gone from the storage. For a week at least it is known at which
   * token that was, to `putBlobs` alone.
   */
  forgetBlobs(digests: readonly Digest[], options?: MetadataCallOptions): Promise<void>;

  // Leases
  /** Grants those of `keys` that are free, whose lease has expired, whose holder is known to be dead, or that are `owner`'s already; the others are left out. */
  acquireLeases(
    keys: readonly string[],
    request: LeaseRequest,
    options?: MetadataCallOptions,
  ): Promise<readonly Lease[]>;
  /** Heartbeat: prolongs every lease of `owner` that has not been taken over. Returns the keys still held. */
  renewLeases(request: LeaseRequest, options?: MetadataCallOptions): Promise<readonly string[]>;
  /** Ends leases of `owner`: those of `keys`, or all. */
  releaseLeases(
    owner: string,
    keys?: readonly string[],
    options?: MetadataCallOptions,
  ): Promise<void>;
  /**
   * Ends the lease of `key` as if its time had come, if its token is still `token`: so that nobody waits for a holder that is
   * gone. Who acquires it next takes it over as `expired`; a holder that lives all the same may renew it until then.
   * Returns whether the lease was there.
   */
  expireLease(key: string, token: number, options?: MetadataCallOptions): Promise<boolean>;
  /**
   * Forgets leases that ran out, and were granted, before `ranOutBefore` (ms, the store's clock): who acquires one next takes
   * over nothing, and its token is still greater than any before. Without it they stay until somebody acquires them.
   */
  forgetLeases?(ranOutBefore: number, options?: MetadataCallOptions): Promise<void>;
  /** Leases in force (holder alive, not expired) whose key begins with `prefix`, with the time each was granted. */
  listLeases(
    prefix: string,
    options?: MetadataCallOptions,
  ): Promise<readonly (Lease & { readonly grantedAt: number })[]>;
  /** Sum of `bytes` over the leases in force of other owners. */
  leasedBytes(exceptOwner: string, options?: MetadataCallOptions): Promise<number>;
  /** What the leases in force of other owners set aside, of each lease that has `bytes` or `adds`. In any order. */
  listReservations(
    exceptOwner: string,
    options?: MetadataCallOptions,
  ): Promise<readonly Reservation[]>;

  // Records
  getRecord(
    collection: string,
    id: string,
    options?: MetadataCallOptions,
  ): Promise<StoredRecord | undefined>;
  /** Stores or replaces a record. With `ifAbsent` it stores only where there is none. Returns whether it stored. */
  putRecord(
    collection: string,
    id: string,
    value: JsonValue,
    options?: MetadataCallOptions & { readonly ifAbsent?: boolean },
  ): Promise<boolean>;
  /** Returns whether there was one. */
  removeRecord(collection: string, id: string, options?: MetadataCallOptions): Promise<boolean>;
  /** Records of a collection by id (by code unit). */
  listRecords(collection: string, options?: ListRecordsOptions): AsyncIterable<StoredRecord>;
}
