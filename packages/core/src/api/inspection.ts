import type { ArchiveInput } from '../spi/archive-format.ts';
import type { ModelkeepError } from '../spi/errors.ts';
import type { EvictedModel, EvictionTotals } from './eviction.ts';
import type { CallOptions, DownloadOptions, ImportOptions } from './options.ts';

/** A file, and whether its content is in the cache already. */
export interface PreviewedFile {
  readonly path: string;
  readonly size: number;
  readonly lfs: boolean;
  readonly present: boolean;
}

/** What a pull would do. */
export interface PullPreview {
  readonly modelId: string;
  readonly revision: string;
  readonly commit: string;
  /** Name of the connection it would come through. */
  readonly connection: string;
  /** Sorted by path. */
  readonly files: readonly PreviewedFile[];
  /** Files that the patterns leave out. */
  readonly omittedCount: number;
  readonly totalBytes: number;
  /** Bytes that are here already, partial files too. */
  readonly presentBytes: number;
  readonly neededBytes: number;
  /** Absent where the storage does not know. */
  readonly freeBytes?: number;
  /** Whether the volume and the quotas have room for it, or an eviction may make it. */
  readonly fits: boolean;
  readonly gated: boolean;
  readonly private: boolean;
  readonly libraryName?: string;
  readonly pipelineName?: string;
  readonly tags: readonly string[];
  /** The entry that is there already. */
  readonly cached?: { readonly key: string; readonly commit: string; readonly complete: boolean };
}

/** What removing models together would free. */
export interface RemovalPreview {
  readonly models: readonly {
    readonly key: string;
    readonly sizeInBytes: number;
    /** Bytes that removing this one alone would free. */
    readonly exclusiveBytes: number;
    readonly pinned: boolean;
    readonly lastUsed?: number;
  }[];
  /** Names of which nothing is cached. */
  readonly missing: readonly string[];
  /** Bytes that removing all of them would free: more than the sum, where only they share. */
  readonly freedBytes: number;
}

/** What an import would do. */
export interface ImportPreview {
  readonly key: string;
  readonly modelId: string;
  readonly revision: string;
  readonly commit: string;
  readonly derived: boolean;
  readonly url: string;
  readonly libraryName?: string;
  readonly pipelineName?: string;
  readonly tags: readonly string[];
  /** Sorted by path. */
  readonly files: readonly PreviewedFile[];
  readonly sizeInBytes: number;
  /** Files whose content is not in the cache. */
  readonly addedFiles: number;
  readonly addedBytes: number;
  /** The entry of the same key that would be replaced. */
  readonly replaces?: { readonly key: string; readonly commit: string };
  /** Members that would be left out, and why; fields that were guessed. */
  readonly warnings: readonly string[];
  readonly freeBytes?: number;
}

/** Figures of the whole store that cost little. */
export interface StoreTotals {
  readonly blobBytes: number;
  readonly blobCount: number;
  readonly referencedBytes: number;
  readonly partialBytes: number;
  readonly freeBytes?: number;
  readonly totalBytes?: number;
  /** Absent where there is no quota. */
  readonly quotaBytes?: number;
  /** Whether models may be evicted so that others fit. */
  readonly evicts: boolean;
}

/** One content being fetched by this process. */
export interface RunningFlight {
  readonly modelId: string;
  readonly path: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** Bytes that came over the network for it, by this process. */
  readonly receivedBytes: number;
  /** ms since the epoch. */
  readonly startedAt: number;
}

/** What this process fetches and has fetched. */
export interface Traffic {
  readonly flights: readonly RunningFlight[];
  /** Bytes that came over the network since the cache was opened. */
  readonly receivedBytes: number;
}

/** A file that was used and could not be kept. */
export interface UnkeptFile {
  readonly modelId: string;
  readonly path: string;
  readonly error: ModelkeepError;
}

/** The cache as somebody who administers it asks of it. Nothing here changes what is stored. */
export interface CacheInspection {
  /** Asks the source. Fails as a pull would: `not-enabled`, `gated`, `model-not-found`, `offline`, … */
  previewPull(name: string, options?: DownloadOptions): Promise<PullPreview>;
  previewRemoval(names: readonly string[], options?: CallOptions): Promise<RemovalPreview>;
  /** Reads and proves all of it, as an import does. Fails as an import would. */
  previewImport(
    input: ArchiveInput | { readonly folder: string },
    options?: ImportOptions,
  ): Promise<ImportPreview>;
  /** Other models that have the same contents, and how much; the most first, at most a hundred. */
  sharing(
    name: string,
    options?: CallOptions,
  ): Promise<readonly { readonly modelId: string; readonly sharedBytes: number }[]>;
  totals(options?: CallOptions): Promise<StoreTotals>;
  traffic(): Traffic;
  evictions(): EvictionTotals;
  /** Tells of each model that this process evicts, also to make room for another. Returns how to stop listening. */
  onEviction(listener: (evicted: EvictedModel) => void): () => void;
  /** Tells of each file that was used through this process and that the store refuses to take: whoever asked for it got it all the same. Returns how to stop listening. */
  onUnkept(listener: (unkept: UnkeptFile) => void): () => void;
  /** How many contents other processes of the store fetch at this moment. */
  otherFlights(options?: CallOptions): Promise<number>;
}
