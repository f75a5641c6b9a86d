import type { Choice } from './fetch-arguments.ts';
import type { GitRevision } from './git-revisions.ts';
import type { History } from './history.ts';

/** More than this is no history that a clone wants. */
const MOST_COMMITS = 500;

/** What has to be sent with a commit, so that no history ends there. */
export interface Before {
  readonly revisions: readonly GitRevision[];
  /** Commits of the client that it goes on from. */
  readonly reached: readonly string[];
}

/** Finds what came before a commit, as far as the client lacks it; undefined if some of it is not to be had, or not asked for. */
export async function commitsBefore(
  tip: GitRevision,
  { haves, shallow, depth, filter }: Choice,
  history: History,
): Promise<Before | undefined> {
  const { parents, isOwn } = tip.snapshot;
  const has = new Set(haves);
  if (depth === undefined && has.has(tip.snapshot.id)) return { revisions: [], reached: [] };
  if (parents.length === 0) {
    // A true commit ends what a clone gets of its history, the first one too: an end can be told to move later on.
    return isOwn ? undefined : { revisions: [], reached: [] };
  }
  const isNew = has.size === 0 && depth === undefined;
  if (depth === 1 || (isOwn && isNew)) return undefined;
  const ended = new Set(shallow);
  const reached = new Set<string>();
  const found = new Map<string, GitRevision>();
  const todo = [...parents];
  for (let point = todo.pop(); point !== undefined; point = todo.pop()) {
    if (found.has(point.id)) continue;
    if (has.has(point.id)) {
      reached.add(point.id);
      if (depth === undefined || !ended.has(point.id)) continue;
    }
    if (found.size === MOST_COMMITS) return undefined;
    const revision = await history.find(point);
    if (revision === undefined) return undefined;
    const blobs = [...revision.snapshot.blobs.values()].filter(
      ({ id, size }) => size < filter.blobsFrom && !tip.snapshot.blobs.has(id),
    );
    if (!(await history.hasContents(revision, blobs))) return undefined;
    found.set(point.id, revision);
    todo.push(...revision.snapshot.parents);
  }
  return { revisions: [...found.values()], reached: [...reached] };
}
