import type { Digest, EntrySummary, ModelMetadata, SnapshotFile } from '../spi/model.ts';
import type { LastUse } from './options.ts';

/** A cached model and its folder. */
export interface CachedModel extends Omit<EntrySummary, 'createdAt'> {
  /** The checkout: an immutable folder on this machine. */
  readonly path: string;
}

export interface PullResult extends CachedModel {
  /** Bytes that came over the network in this call. */
  readonly fetchedBytes: number;
  readonly fetchedFiles: number;
  /** True if the source could not be asked and what is cached was returned. */
  readonly stale: boolean;
}

export interface ModelDetails extends CachedModel {
  readonly files: readonly SnapshotFile[];
  readonly omitted: readonly SnapshotFile[];
  /** True if no commit was known and the id was derived from the content. */
  readonly derived: boolean;
  /** Bytes that removing the model would free, once garbage is collected: those that no other snapshot shares. */
  readonly exclusiveBytes: number;
  /** All commits kept of this model, newest first. */
  readonly commits: readonly {
    readonly commit: string;
    readonly createdAt: number;
    readonly keys: readonly string[];
  }[];
}

/** A cached model's files, to be read where its folder is out of reach. */
export interface OpenedModel extends CachedModel {
  readonly files: readonly SnapshotFile[];
  readonly omitted: readonly SnapshotFile[];
  /** True if no commit was known and the id was derived from the content. */
  readonly derived: boolean;
  /** The content of one of `files`. Fails with `file-not-found` for any other. */
  content(digest: Digest): ModelContent;
}

/** One content of a cached model. */
export interface ModelContent {
  readonly size: number;
  /** Path on this machine, where the storage has one. */
  readonly localPath?: string;
  /** The bytes from `start` to `end` (default: all). */
  open(range?: { readonly start?: number; readonly end?: number }): AsyncIterable<Uint8Array>;
}

export interface Usage {
  readonly models: readonly {
    readonly key: string;
    readonly sizeInBytes: number;
    /** Bytes that no other snapshot shares. */
    readonly exclusiveBytes: number;
  }[];
  /** Sum of the sizes of all snapshots, as if nothing were shared. */
  readonly logicalBytes: number;
  /** Bytes of the blobs, each counted once. */
  readonly blobBytes: number;
  readonly blobCount: number;
  /** Bytes of blobs that no snapshot refers to: what a garbage collection would free. */
  readonly unreferencedBytes: number;
  /** Bytes of partial files. */
  readonly partialBytes: number;
  readonly freeBytes?: number;
  readonly totalBytes?: number;
}

export interface RemovedModel {
  readonly key: string;
  readonly commits: readonly string[];
  /** Bytes freed, each blob counted once. */
  readonly freedBytes: number;
}

export interface GarbageReport {
  readonly dryRun: boolean;
  readonly blobs: { readonly count: number; readonly bytes: number };
  readonly partials: { readonly count: number; readonly bytes: number };
  readonly checkouts: number;
  readonly manifests: number;
  /** Blobs that nothing refers to but that a flight under way may still use. */
  readonly kept: { readonly count: number; readonly bytes: number };
}

export interface ModelExport {
  /** `sentence-transformers_2fall-MiniLM-L6-v2.tar` */
  readonly fileName: string;
  readonly format: string;
  /** Exact bytes, where the format allows to know them beforehand. */
  readonly size?: number;
  /** Names the bytes: 64 hex digits that are the same for the same bytes, and only for them. */
  readonly identity: string;
  /** The last use that is written into them. */
  readonly lastUse: LastUse;
  /** The bytes, from `start` on. Nothing is read before it is. Each chunk is its reader's own, memory and all. */
  readonly stream: ReadableStream<Uint8Array>;
}

/** A folder as an archive. */
export interface PackedFolder extends Pick<ModelExport, 'fileName' | 'format' | 'stream'> {
  /** As it is in the archive. */
  readonly metadata: ModelMetadata;
  readonly fileCount: number;
  /** Files that were left out, and why. */
  readonly warnings: readonly string[];
}

export interface ImportResult extends CachedModel {
  /** Files whose content was not in the cache before. */
  readonly addedFiles: number;
  readonly addedBytes: number;
  readonly derived: boolean;
  /** Members that were left out, and why; fields that were guessed. */
  readonly warnings: readonly string[];
}

export interface AdoptResult {
  readonly adopted: readonly CachedModel[];
  /** Models or files that could not be taken, and why. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  readonly linkedBytes: number;
  readonly copiedBytes: number;
}

export interface VerifyProblem {
  readonly kind:
    | 'blob-missing'
    | 'blob-damaged'
    | 'blob-unknown'
    | 'checkout-broken'
    | 'manifest-missing'
    | 'receipt-changed';
  readonly modelId?: string;
  readonly commit?: string;
  /** File in the model, or key in the store. */
  readonly path: string;
  readonly expected?: string;
  readonly found?: string;
  readonly repaired: boolean;
  /** Why it could not be repaired, where that was tried. */
  readonly reason?: string;
}

export interface VerifyReport {
  /** Entries. */
  readonly models: number;
  /** Contents, each counted once however many files have it. */
  readonly checkedFiles: number;
  readonly checkedBytes: number;
  /** True if content was read. */
  readonly full: boolean;
  readonly problems: readonly VerifyProblem[];
  /** What is no problem, and what could not be looked at: the last hundred; each was told as an event as well. */
  readonly warnings: readonly string[];
}
