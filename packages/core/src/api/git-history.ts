/** A commit of the source, and the commit that git has of it: itself, or one that was made of its files. */
export interface GitPoint {
  /** The source's commit, 40 hex digits. */
  readonly commit: string;
  /** What git knows it by, 40 hex digits. */
  readonly id: string;
}

/**
 * What git clients were told of a model, so that what they are told next goes on from it. A commit that is made goes on
 * from what its branch pointed at when a client was told of it first: the same for ever, and from every server of the store.
 */
export interface GitHistory {
  /** What the commit made of this one goes on from: null for nothing, undefined while no client was told of it. */
  parent(modelId: string, commit: string): Promise<GitPoint | null | undefined>;
  /** The same, for a client that is about to be told. `branch` points at the commit; undefined if what points there is none. */
  tell(modelId: string, commit: string, branch: string | undefined): Promise<GitPoint | null>;
  /** Notes what a branch points at for clients from now on. */
  moveBranch(modelId: string, branch: string, point: GitPoint): Promise<void>;
}
