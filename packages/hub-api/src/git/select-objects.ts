import type { FetchArguments } from './fetch-arguments.ts';
import type { GitRevision } from './git-revisions.ts';
import type { GitBlob, GitSnapshot } from './git-snapshot.ts';

/** One object to send. */
export type GitObject =
  | { readonly type: 'commit'; readonly commit: GitSnapshot; readonly body: Buffer }
  | { readonly type: 'tree'; readonly body: Buffer }
  | { readonly type: 'blob'; readonly blob: GitBlob; readonly commit: string };

/** What a request comes to: the objects that the client lacks, and which of its commits are known here. */
export interface Selection {
  readonly objects: readonly GitObject[];
  readonly common: readonly string[];
  /** Commits among them whose history ends with them, for the client. */
  readonly shallow: readonly string[];
  /** Wanted, and nowhere here. */
  readonly unknown: readonly string[];
}

/** Finds what is wanted among the revisions, and leaves out what the client has. `revisions` is read no further than needed. */
export async function selectObjects(
  { wants, haves, filter }: Pick<FetchArguments, 'wants' | 'haves' | 'filter'>,
  revisions: AsyncIterable<GitRevision>,
): Promise<Selection> {
  const wanted = new Set(wants);
  const having = new Set(haves);
  const common: GitRevision[] = [];
  const chosen = new Map<string, GitObject>();
  for await (const revision of revisions) {
    const { id } = revision.snapshot;
    if (having.delete(id)) common.push(revision);
    for (const want of wanted) {
      if (choose(want, revision, filter, chosen)) wanted.delete(want);
    }
    if (wanted.size === 0 && having.size === 0) break;
  }
  const asked = new Set(wants);
  for (const { snapshot } of common) {
    for (const id of [snapshot.id, ...snapshot.trees.keys(), ...snapshot.blobs.keys()]) {
      // An object asked for by its own id is one that a partial clone lacks.
      if (!asked.has(id)) chosen.delete(id);
    }
  }
  const has = new Set(common.map(({ snapshot }) => snapshot.id));
  const shallow = [...chosen].flatMap(([id, object]) =>
    object.type === 'commit' && isEnd(object.commit, has) ? [id] : [],
  );
  return { objects: [...chosen.values()], common: [...has], shallow, unknown: [...wanted] };
}

/**
 * Whether a client's history ends with the commit. It does with a first one, too: who has an end can be told of another
 * later on.
 */
function isEnd({ parents }: GitSnapshot, has: ReadonlySet<string>): boolean {
  if (parents === undefined) return false;
  return parents.length === 0 || !parents.every((parent) => has.has(parent));
}

/** Takes the object, and what belongs to it, if it is of this revision. */
function choose(
  want: string,
  { served, snapshot }: GitRevision,
  filter: FetchArguments['filter'],
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
  for (const { id, path, body } of snapshot.trees.values()) {
    const isTaken = id === want || (filter.trees && isBelow(path));
    if (isTaken) chosen.set(id, { type: 'tree', body });
  }
  for (const each of snapshot.blobs.values()) {
    if (each.size >= filter.blobsFrom || !isBelow(each.path)) continue;
    chosen.set(each.id, { type: 'blob', blob: each, commit });
  }
  return true;
}
