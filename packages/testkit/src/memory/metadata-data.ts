import type { BlobRecord, Digest, Entry, Snapshot, StoredRecord } from '@modelkeep/core/spi';

/** A blob record with what the store itself knows of it. */
interface StoredBlob {
  readonly record: BlobRecord;
  /** When it was noted last, by the store's clock. */
  readonly notedAt: number;
  readonly deleting: boolean;
}

/** The last grant of a lease key. It stays after the release, so that the token grows. */
export interface StoredLease {
  readonly token: number;
  /** Undefined after a release. */
  readonly owner: string | undefined;
  readonly expiresAt: number;
  readonly grantedAt: number;
  readonly bytes: number;
  readonly takenOver: 'dead' | 'expired' | undefined;
  readonly address: string | undefined;
}

/** What a memory metadata store keeps; shared by stores that stand for several processes on one database. */
export interface MemoryMetadataData {
  readonly entries: Map<string, Entry>;
  /** By {@link snapshotKey}. */
  readonly snapshots: Map<string, Snapshot>;
  readonly blobs: Map<Digest, StoredBlob>;
  readonly leases: Map<string, StoredLease>;
  /** By collection, then by id. */
  readonly records: Map<string, Map<string, StoredRecord>>;
}

export function newMetadataData(): MemoryMetadataData {
  return {
    entries: new Map(),
    snapshots: new Map(),
    blobs: new Map(),
    leases: new Map(),
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
