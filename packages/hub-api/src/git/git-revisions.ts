import type { ServedRefs, ServedRevision } from '@modelkeep/core';
import { isModelkeepError, ModelkeepError } from '@modelkeep/core/spi';
import type { Call } from '../call.ts';
import { isOutage } from '../http/error-table.ts';
import { DEFAULT_REVISION } from '../routing/locate.ts';
import { type GitSnapshot, gitSnapshot } from './git-snapshot.ts';

/** A revision of a model, and the commit that git gets for it. */
export interface GitRevision {
  readonly served: ServedRevision;
  readonly snapshot: GitSnapshot;
}

const COMMIT = /^[0-9a-f]{40}$/;
const MOST_ATTRIBUTE_BYTES = 1024 * 1024;

/** For a client that is about to be told of a revision: the branch that points at it, if one does. */
export interface Telling {
  readonly branch: string | undefined;
}

/** The revision `name` as git gets it. */
export async function gitRevision(
  call: Call,
  name: string,
  telling?: Telling,
): Promise<GitRevision> {
  const { view } = call.options;
  const { gitHistory } = view;
  const served = await view.revision(call.modelId, name, call.callOptions);
  const read = async (path: string): Promise<string> => {
    const { file, open } = await view.file(call.modelId, served.commit, path, call.callOptions);
    if (file.size > MOST_ATTRIBUTE_BYTES) {
      throw new ModelkeepError('unsupported', `${path} of ${call.modelId} is too large to be read`);
    }
    return Buffer.concat(await Array.fromAsync(open())).toString('utf8');
  };
  const object = await view.commitObject(call.modelId, served.commit, call.callOptions);
  const snapshot = await gitSnapshot(served, {
    read,
    object,
    parent: () =>
      telling === undefined
        ? gitHistory.parent(call.modelId, served.commit)
        : gitHistory.tell(call.modelId, served.commit, telling.branch),
  });
  if (telling?.branch !== undefined) {
    const point = { commit: served.commit, id: snapshot.id };
    await gitHistory.moveBranch(call.modelId, telling.branch, point);
  }
  return { served, snapshot };
}

/** The revision, or undefined if there is none of that name or it cannot be had now. */
export async function gitRevisionIfAny(
  call: Call,
  name: string,
  telling?: Telling,
): Promise<GitRevision | undefined> {
  try {
    return await gitRevision(call, name, telling);
  } catch (error) {
    const isAbsent =
      isModelkeepError(error, 'revision-not-found') ||
      isModelkeepError(error, 'model-not-found') ||
      isModelkeepError(error, 'invalid-argument');
    if (isAbsent || isOutage(error)) return undefined;
    throw error;
  }
}

/** What is known of the model's branches and tags; nothing where the source cannot say. */
export async function knownRefs(call: Call): Promise<Pick<ServedRefs, 'branches' | 'tags'>> {
  try {
    return await call.options.view.refs(call.modelId, call.callOptions);
  } catch (error) {
    if (isModelkeepError(error)) return { branches: [], tags: [] };
    throw error;
  }
}

/** Names of the revisions kept, `main` first; commits last. */
export async function keptNames(call: Call): Promise<readonly string[]> {
  const kept = await call.options.view.kept(call.modelId, call.callOptions);
  return [...new Set([DEFAULT_REVISION, ...kept])];
}

/** Whether a name is a commit's, and none of a branch or tag. */
export function isCommitName(name: string): boolean {
  return COMMIT.test(name);
}

/** Every commit that a client may have been told of: what was looked at for it is among what is kept. */
export async function* allRevisions(call: Call): AsyncGenerator<GitRevision> {
  const seen = new Set<string>();
  for (const name of await keptNames(call)) {
    if (seen.has(name)) continue;
    const found = await gitRevisionIfAny(call, name);
    if (found === undefined || seen.has(found.served.commit)) continue;
    seen.add(found.served.commit);
    yield found;
  }
}
