import type { GitHistory, GitPoint } from '../api/git-history.ts';
import type { CoreContext } from '../context.ts';
import type { JsonValue } from '../spi/metadata-store.ts';
import { bindingId } from './binding.ts';

/** What each commit that was made goes on from, by model and commit. */
export const GIT_PARENTS = 'git-parents';
/** What each branch pointed at when a client asked last, by model and branch. */
export const GIT_BRANCHES = 'git-branches';

/** Commits that a server may be behind the others. */
const MOST_BEHIND = 100;

/** Kept among the store's records, also of models that were removed: a client's clone outlives them. */
export function createGitHistory({ metadata }: Pick<CoreContext, 'metadata'>): GitHistory {
  const parent: GitHistory['parent'] = async (modelId, commit) => {
    const record = await metadata.getRecord(GIT_PARENTS, bindingId(modelId, commit));
    return record === undefined ? undefined : asPoint(record.value);
  };
  const branchOf = async (modelId: string, branch: string): Promise<GitPoint | null> => {
    const record = await metadata.getRecord(GIT_BRANCHES, bindingId(modelId, branch));
    return record === undefined ? null : asPoint(record.value);
  };
  return {
    parent,
    async tell(modelId, commit, branch) {
      const told = await parent(modelId, commit);
      if (told !== undefined) return told;
      const before = branch === undefined ? null : await branchOf(modelId, branch);
      const point = before?.commit === commit ? null : before;
      const value = point as JsonValue;
      const isFirst = await metadata.putRecord(GIT_PARENTS, bindingId(modelId, commit), value, {
        ifAbsent: true,
      });
      return isFirst ? point : ((await parent(modelId, commit)) ?? null);
    },
    async moveBranch(modelId, branch, { commit, id }) {
      // Where the branch has gone on from it, the server that tells it is behind the others.
      let at: GitPoint | null | undefined = await branchOf(modelId, branch);
      for (let step = 0; at != null && step < MOST_BEHIND; step += 1) {
        if (at.id === id) return;
        at = await parent(modelId, at.commit);
      }
      await metadata.putRecord(GIT_BRANCHES, bindingId(modelId, branch), { commit, id });
    },
  };
}

function asPoint(value: JsonValue): GitPoint | null {
  return value as unknown as GitPoint | null;
}
