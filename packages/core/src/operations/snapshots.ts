import type { CoreContext } from '../context.ts';
import { ModelkeepError } from '../spi/errors.ts';
import type { EntrySummary, Snapshot } from '../spi/model.ts';

/** The snapshot of an entry. Fails with `conflict` if the entry went, or moved on, since it was looked at. */
export async function requireSnapshot(
  { metadata }: Pick<CoreContext, 'metadata'>,
  entry: Pick<EntrySummary, 'key' | 'modelId' | 'commit'>,
): Promise<Snapshot> {
  const { key, modelId, commit } = entry;
  const snapshot = await metadata.getSnapshot(modelId, commit);
  if (snapshot !== undefined) return snapshot;
  if ((await metadata.getEntry(key))?.commit === commit) throw snapshotLost(entry);
  throw new ModelkeepError('conflict', `${modelId} was removed or replaced meanwhile; try again`, {
    retryable: true,
  });
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
