import type {
  BlobRecord,
  Digest,
  Entry,
  LeaseRequest,
  Snapshot,
  StoredRecord,
} from '@modelkeep/core/spi';

/** A blob record with what the store itself knows of it. */
interface StoredBlob {
  readonly record: BlobRecord;
  /** When it was noted last, by the store's clock. */
  readonly notedAt: number;
  readonly deleting: boolean;
  /** Token at which it was forgotten; all else of it is gone then. */
  readonly forgotten?: number;
}

/** The last grant of a lease key. */
export interface StoredLease {
  readonly token: number;
  /** Undefined after a release. */
  readonly owner: string | undefined;
  readonly expiresAt: number;
  readonly grantedAt: number;
  readonly bytes: number;
  readonly takenOver: 'dead' | 'expired' | undefined;
  readonly address: string | undefined;
  readonly adds: LeaseRequest['adds'];
}

/** What a memory metadata store keeps; shared by stores that stand for several processes on one database. */
export interface MemoryMetadataData {
  readonly entries: Map<string, Entry>;
  /** By {@link snapshotKey}. */
  readonly snapshots: Map<string, Snapshot>;
  readonly blobs: Map<Digest, StoredBlob>;
  readonly leases: Map<string, StoredLease>;
  /** The last token that was drawn. */
  readonly tokens: { last: number };
  /** By collection, then by id. */
  readonly records: Map<string, Map<string, StoredRecord>>;
}

export function newMetadataData(): MemoryMetadataData {
  return {
    entries: new Map(),
    snapshots: new Map(),
    blobs: new Map(),
    leases: new Map(),
    tokens: { last: 0 },
    records: new Map(),
  };
}

export function snapshotKey(modelId: string, commit: string): string {
  return `${modelId}@${commit}`;
}

/** Orders strings by UTF-16 code unit. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
