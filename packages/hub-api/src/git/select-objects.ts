import { commitsBefore } from './commits-before.ts';
import type { Choice, ObjectFilter } from './fetch-arguments.ts';
import type { GitRevision } from './git-revisions.ts';
import type { GitBlob, GitSnapshot } from './git-snapshot.ts';
import type { History } from './history.ts';

/** One object to send. */
export type GitObject =
  | { readonly type: 'commit'; readonly commit: GitSnapshot; readonly body: Buffer }
  | { readonly type: 'tree'; readonly body: Buffer }
  | { readonly type: 'blob'; readonly blob: GitBlob; readonly commit: string };

/** What a request comes to: the objects that the client lacks, and which of its commits are known here. */
export interface Selection {
  readonly objects: readonly GitObject[];
  readonly common: readonly string[];
  /** Commits with which history ends, for the client. */
  readonly shallow: readonly string[];
  /** Commits with which the client's history ended so far. */
  readonly unshallow: readonly string[];
  /** Wanted, and nowhere here. */
  readonly unknown: readonly string[];
}

/** Finds what is wanted among the revisions, and leaves out what the client has. `revisions` is read no further than needed. */
export async function selectObjects(
  choice: Choice,
  revisions: AsyncIterable<GitRevision>,
  history: History,
): Promise<Selection> {
  const { wants, haves, filter } = choice;
  const wanted = new Set(wants);
  const having = new Set(haves);
  const known: GitRevision[] = [];
  const tips: GitRevision[] = [];
  const chosen = new Map<string, GitObject>();
  for await (const revision of revisions) {
    const { id } = revision.snapshot;
    if (having.delete(id)) known.push(revision);
    if (wanted.has(id)) tips.push(revision);
    for (const want of wanted) {
      if (choose(want, revision, filter, chosen)) wanted.delete(want);
    }
    if (wanted.size === 0 && having.size === 0) break;
  }
  const common = new Set(known.map(({ snapshot }) => snapshot.id));
  const ends: string[] = [];
  const whole: GitSnapshot[] = [];
  for (const tip of tips) {
    const before = await commitsBefore(tip, choice, history);
    for (const id of before?.reached ?? []) common.add(id);
    if (before === undefined) ends.push(tip.snapshot.id);
    else {
      for (const revision of before.revisions)
        choose(revision.snapshot.id, revision, filter, chosen);
      whole.push(...[tip, ...before.revisions].map(({ snapshot }) => snapshot));
    }
  }
  const asked = new Set(wants);
  for (const { snapshot } of known) {
    for (const id of [snapshot.id, ...snapshot.trees.keys(), ...snapshot.blobs.keys()]) {
      // An object asked for by its own id is one that a partial clone lacks.
      if (!asked.has(id)) chosen.delete(id);
    }
  }
  const ended = new Set(choice.shallow);
  const opened = whole.filter(({ id, parents }) => ended.has(id) && parents.length > 0);
  return {
    objects: [...chosen.values()],
    common: [...common],
    shallow: ends,
    unshallow: choice.depth === undefined ? [] : opened.map(({ id }) => id),
    unknown: [...wanted],
  };
}

/** Takes the object, and what belongs to it, if it is of this revision. */
function choose(
  want: string,
  { served, snapshot }: GitRevision,
  filter: ObjectFilter,
  chosen: Map<string, GitObject>,
): boolean {
  const { commit } = served;
  const blob = snapshot.blobs.get(want);
  if (blob !== undefined) {
    chosen.set(want, { type: 'blob', blob, commit });
    return true;
  }
  const root = want === snapshot.id ? undefined : snapshot.trees.get(want);
  if (want !== snapshot.id && root === undefined) return false;
  if (root === undefined)
    chosen.set(want, { type: 'commit', commit: snapshot, body: snapshot.commitBody });
  const folder = root?.path ?? '';
  const isBelow = (path: string): boolean => folder === '' || path.startsWith(`${folder}/`);
  const add = (id: string, object: GitObject): void => {
    // The newest revision that has it is the one whose content is here.
    if (!chosen.has(id)) chosen.set(id, object);
  };
  for (const { id, path, body } of snapshot.trees.values()) {
    const isTaken = id === want || (filter.trees && isBelow(path));
    if (isTaken) add(id, { type: 'tree', body });
  }
  for (const each of snapshot.blobs.values()) {
    if (each.size >= filter.blobsFrom || !isBelow(each.path)) continue;
    add(each.id, { type: 'blob', blob: each, commit });
  }
  return true;
}
