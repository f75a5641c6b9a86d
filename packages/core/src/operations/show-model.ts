import type { User } from '../api/options.ts';
import type { ModelDetails } from '../api/results.ts';
import type { CoreContext } from '../context.ts';
import { requireReadable, withFolder } from './find-model.ts';
import { requireSnapshot, snapshotsOf } from './snapshots.ts';
import { exclusiveBytes } from './usage.ts';

export async function showModel(
  ctx: CoreContext,
  name: string,
  user: User = ctx.user,
): Promise<ModelDetails> {
  const entry = await requireReadable(ctx, name, user);
  const model = await withFolder(ctx, entry);
  const snapshot = await requireSnapshot(ctx, entry);
  const siblings = await Array.fromAsync(ctx.metadata.listEntries({ modelId: entry.modelId }));
  const all = await snapshotsOf(ctx, entry.modelId);
  return {
    ...model,
    files: snapshot.files,
    omitted: snapshot.omitted,
    derived: snapshot.derived,
    exclusiveBytes: await exclusiveBytes(ctx, entry.modelId, [snapshot]),
    commits: all.map(({ commit, createdAt }) => ({
      commit,
      createdAt,
      keys: siblings.filter((sibling) => sibling.commit === commit).map(({ key }) => key),
    })),
  };
}
