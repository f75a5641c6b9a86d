import type { CoreContext } from '../context.ts';
import { ModelkeepError } from '../spi/errors.ts';
import type { EntrySummary, Snapshot } from '../spi/model.ts';

/** The snapshot of an entry. */
export async function requireSnapshot(
  ctx: CoreContext,
  entry: Pick<EntrySummary, 'modelId' | 'commit'>,
): Promise<Snapshot> {
  const snapshot = await ctx.metadata.getSnapshot(entry.modelId, entry.commit);
  if (snapshot === undefined) throw snapshotLost(entry);
  return snapshot;
}

/** The error for an entry of which the index has no files. */
export function snapshotLost({
  modelId,
  commit,
}: Pick<EntrySummary, 'modelId' | 'commit'>): ModelkeepError {
  return new ModelkeepError(
    'storage-failed',
    `the index has no files of ${modelId} at ${commit}; run: modelkeep verify --repair`,
  );
}

/** All snapshots kept of a model, newest first. */
export async function snapshotsOf(
  ctx: Pick<CoreContext, 'metadata'>,
  modelId: string,
): Promise<readonly Snapshot[]> {
  const commits = await Array.fromAsync(ctx.metadata.listSnapshots(modelId));
  const snapshots = await Promise.all(
    commits.map(({ commit }) => ctx.metadata.getSnapshot(modelId, commit)),
  );
  return snapshots.filter((snapshot) => snapshot !== undefined);
}
