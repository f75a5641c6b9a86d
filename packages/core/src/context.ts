import type { UnkeptFile } from './api/inspection.ts';
import type { Connection, User } from './api/options.ts';
import type { BlobStore } from './blobs/blob-store.ts';
import type { BlobFetcher } from './fetch/blob-fetcher.ts';
import type { HashPool } from './hashing/hash-pool.ts';
import type { Holds } from './leases/holds.ts';
import type { LocalTier } from './local-tier/local-tier.ts';
import type { EvictionLog } from './operations/evict/eviction-log.ts';
import type { RoomRequest } from './operations/evict/make-room.ts';
import type { ArchiveFormat } from './spi/archive-format.ts';
import type { MetadataStore } from './spi/metadata-store.ts';
import type { Storage } from './spi/storage.ts';
import type { Listeners } from './util/listeners.ts';
import type { LruMap } from './util/lru-map.ts';

/** What the operations of one cache share. */
export interface CoreContext {
  readonly storage: Storage;
  readonly metadata: MetadataStore;
  readonly connections: readonly Connection[];
  readonly archives: readonly ArchiveFormat[];
  /** Folder of `hub/` and `partial/`. */
  readonly workspace: string;
  readonly user: User;
  readonly offline: boolean;
  /** Most bytes of blobs; undefined for as many as the volume has. */
  readonly quotaBytes: number | undefined;
  /** Whether models may go so that others fit. */
  readonly evict: boolean;
  readonly holds: Holds;
  readonly evictions: EvictionLog;
  readonly unkept: Listeners<UnkeptFile>;
  /** When who used what, as far as it was noted lately by this process. */
  readonly uses: LruMap<string, number>;
  readonly hashing: HashPool;
  readonly blobs: BlobStore;
  readonly fetcher: BlobFetcher;
  /** Bounds what of the store is on this machine's disk; absent where nothing does, or where the store itself is there. */
  readonly tier: LocalTier | undefined;
  /** Names this cache among all that share the store. */
  readonly owner: string;
  readonly leaseTtlMs: number;
  /** How a source that does not answer is asked again. */
  readonly retries: { readonly attempts: number; readonly retryDelayMs: number };
  /** Evicts what is needed so that the request fits, if that can be. */
  makeRoom(request: RoomRequest): Promise<void>;
  /** Told whenever something was stored. */
  stored(): void;
  /** Work that a call started and did not wait for; `close` does. */
  background(work: Promise<unknown>): void;
  /** Resolves when all of it has ended. */
  settleBackground(): Promise<void>;
}
