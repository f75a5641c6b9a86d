import type { GitPoint } from '@modelkeep/core';
import type { Call } from '../call.ts';
import { type GitRevision, gitRevisionIfAny, keptNames } from './git-revisions.ts';
import type { GitBlob } from './git-snapshot.ts';

/** Commits that are asked of a source for one request: each costs it a few answers. */
const MOST_ASKED = 16;

/** Looks for what came before a commit. */
export interface History {
  find(point: GitPoint): Promise<GitRevision | undefined>;
  /** Whether these contents of the revision can be sent, as far as one can know. */
  hasContents(revision: GitRevision, blobs: Iterable<GitBlob>): Promise<boolean>;
}

/** `mayAsk` says whether the source is asked for what is not here. */
export function historyOf(call: Call, mayAsk: boolean): History {
  const { view } = call.options;
  let kept: Promise<ReadonlySet<string>> | undefined;
  let asked = 0;
  return {
    async find({ commit, id }) {
      kept ??= keptNames(call).then((names) => new Set(names));
      if (!(await kept).has(commit)) {
        asked += 1;
        if (!mayAsk || asked > MOST_ASKED) return undefined;
      }
      const found = await gitRevisionIfAny(call, commit);
      return found?.snapshot.id === id ? found : undefined;
    },
    async hasContents({ served }, blobs) {
      for (const { bytes, path } of blobs) {
        if (bytes !== undefined) continue;
        const { origin } = await view.file(call.modelId, served.commit, path, call.callOptions);
        if (origin === 'miss' && (!mayAsk || served.offline === true)) return false;
      }
      return true;
    },
  };
}
