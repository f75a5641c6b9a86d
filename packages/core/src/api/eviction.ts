import type { LongCallOptions } from './options.ts';

export interface EvictOptions extends LongCallOptions {
  /** Only tell what would go, and why. Default: false. */
  readonly dryRun?: boolean;
  /** Most bytes that may be left. Default: the quota. */
  readonly toBytes?: number;
  /** Count and evict only what came through the connection of this name. Default: the whole store. */
  readonly connection?: string;
  /** Spare what was used within this time, ms. Default: 600000. */
  readonly unusedForMs?: number;
  /** Evict also what could not be fetched again: imported, adopted, its connection not configured or not enabling it, the cache offline. Default: false. */
  readonly imported?: boolean;
}

/** Why a model goes (the first two), or stays. */
export type EvictionReason =
  | 'least-recently-used'
  /** A commit that no entry points at any more. */
  | 'old-commit'
  | 'pinned'
  /** It is being stored, read or exported, or a running download may use its contents. */
  | 'in-use'
  | 'recently-used'
  /** Imported or adopted, or it could not be fetched again now; `why` says which. */
  | 'imported'
  /** All its contents are shared with models that stay. */
  | 'shared'
  /** Enough is freed without it. */
  | 'enough'
  /** Somebody used, pinned or removed it meanwhile, or it cannot be removed. */
  | 'changed';

/** What becomes of one model in an eviction. */
export interface EvictionChoice {
  /** Of an old commit: `hf@<model id>@<commit>`. */
  readonly key: string;
  readonly evicted: boolean;
  readonly reason: EvictionReason;
  /** The reason in words, with its facts: `used 93 days ago; shares 79 MB with org/other`. */
  readonly why: string;
  readonly sizeInBytes: number;
  /** Bytes that its removal frees after those before it; 0 for what stays. */
  readonly freedBytes: number;
  /** Its last use, or when it was stored if none was noted; ms since the epoch. */
  readonly lastUsed: number;
}

export interface EvictionReport {
  readonly dryRun: boolean;
  /** Set if only what came through it was counted. */
  readonly connection?: string;
  /** Bytes that count before the eviction, each content once. */
  readonly usedBytes: number;
  readonly targetBytes: number;
  /** Bytes that nothing referred to: they go first. */
  readonly unreferencedBytes: number;
  /** Bytes freed in all; less than `usedBytes - targetBytes` if too much has to stay. */
  readonly freedBytes: number;
  /** What goes, in this order, and then what stays: each what was not used for longest first. */
  readonly choices: readonly EvictionChoice[];
}

/** A model that was evicted. */
export interface EvictedModel {
  readonly key: string;
  readonly freedBytes: number;
  readonly why: string;
}

/** What this process has evicted since the cache was opened. */
export interface EvictionTotals {
  readonly count: number;
  readonly bytes: number;
}
