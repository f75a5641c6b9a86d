import { relative, sep } from 'node:path';
import type { CacheEventListener } from '../../api/events.ts';
import type { User } from '../../api/options.ts';
import type { CachedModel } from '../../api/results.ts';
import type { CoreContext } from '../../context.ts';
import type { Digest, GitOid } from '../../spi/model.ts';
import type { Progress } from '../../util/progress.ts';

/** What a file of a cache should be, by the name of its blob or by the listing of its commit. */
export type Expected = { readonly digest: Digest } | { readonly gitOid: GitOid };

/** One file of a snapshot in the cache that is taken. */
export interface FoundFile {
  /** In the model. */
  readonly path: string;
  /** The file itself, without any link. */
  readonly source: string;
  readonly size: number;
  /** Same for two names of one file. */
  readonly inode: string;
  /** Absent where nothing in the cache tells. */
  readonly expected?: Expected;
  /** Whether the Hub keeps it by git-lfs; absent where nothing tells. */
  readonly lfs?: boolean;
}

export interface ListedFile {
  readonly path: string;
  readonly size: number;
  readonly lfs: boolean;
  readonly expected: Expected;
}

export interface FoundSnapshot {
  readonly commit: string;
  /** As it is named to the user. */
  readonly name: string;
  readonly files: readonly FoundFile[];
  /** Files that are in the folder but cannot be taken, as far as it is known what they should be. */
  readonly refused: readonly ListedFile[];
  /** All files of the commit, where the cache has the listing. */
  readonly listing?: ReadonlyMap<string, ListedFile>;
}

/** One `models--…` folder. */
export interface FoundModel {
  readonly modelId: string;
  readonly snapshots: readonly FoundSnapshot[];
  /** Commit by revision. */
  readonly refs: ReadonlyMap<string, string>;
}

/** What the parts of one adoption share. */
export interface AdoptRun {
  readonly ctx: CoreContext;
  readonly user: User;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: CacheEventListener;
  readonly skipped: { readonly path: string; readonly reason: string }[];
  readonly adopted: CachedModel[];
  /** The folder that was named, without links. */
  readonly root: string;
}

/** A run once it is known what there is. */
export interface TakingRun extends AdoptRun {
  readonly progress: Progress;
  readonly figures: { linkedBytes: number; copiedBytes: number };
}

export function nameOf(run: AdoptRun, path: string): string {
  const name = relative(run.root, path).split(sep).join('/');
  return name === '' ? '.' : name;
}

export function skip(run: AdoptRun, path: string, reason: string): void {
  run.skipped.push({ path: nameOf(run, path), reason });
}

export function warn(run: AdoptRun, message: string): void {
  run.onEvent({ type: 'warning', message });
}
