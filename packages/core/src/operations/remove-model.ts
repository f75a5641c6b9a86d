import type { RemovedModel } from '../api/results.ts';
import type { CoreContext } from '../context.ts';
import { removeCheckout, removeHubBlobs, removeRef } from '../hub-layout/checkout.ts';
import { isCommit } from '../names/model-name.ts';
import { entryManifestKey, snapshotManifestKey } from '../names/store-keys.ts';
import { ModelkeepError } from '../spi/errors.ts';
import type { RemovedSnapshot } from '../spi/metadata-store.ts';
import type { EntrySummary } from '../spi/model.ts';
import { deletableBefore, deleteBlobs } from './delete-blobs.ts';
import { requireEntry } from './find-model.ts';
import { setRoomAside, withRoomToRemove } from './room-to-remove.ts';
import { requireSnapshot, snapshotsOf } from './snapshots.ts';

/** The transaction that makes it invisible. Returns the snapshots that went with it. */
async function forget(ctx: CoreContext, entry: EntrySummary): Promise<readonly RemovedSnapshot[]> {
  const removed = await ctx.metadata.removeEntry(entry.key);
  if (removed !== undefined) return removed;
  if (!isCommit(entry.revision))
    throw new ModelkeepError(
      'model-not-cached',
      `${entry.key} was removed by somebody else meanwhile`,
    );
  await ctx.metadata.removeSnapshot(entry.modelId, entry.commit);
  return [{ modelId: entry.modelId, commit: entry.commit }];
}

/** Entry first, then the folder, then the manifest, then the blobs: a crash in between leaves what a garbage collection finds. */
export async function removeModel(ctx: CoreContext, name: string): Promise<RemovedModel> {
  const entry = await requireEntry(ctx, name);
  const before = await snapshotsOf(ctx, entry.modelId);
  if (before.length === 0) await requireSnapshot(ctx, entry);
  const notedBefore = await deletableBefore(ctx);
  const removed = await withRoomToRemove(ctx, () => forget(ctx, entry));
  const commits = new Set(removed.map(({ commit }) => commit));
  const kept = before.filter(({ commit }) => !commits.has(commit));
  const gone = before.filter(({ commit }) => commits.has(commit));

  await removeRef(ctx.workspace, entry.modelId, entry.revision);
  await ctx.storage.delete(entryManifestKey(entry.modelId, entry.revision));
  for (const snapshot of gone) {
    await removeCheckout(ctx.workspace, snapshot, kept);
    await ctx.storage.delete(snapshotManifestKey(snapshot.modelId, snapshot.commit));
  }
  const files = gone.flatMap((snapshot) => snapshot.files);
  await removeHubBlobs(ctx.workspace, entry.modelId, files, kept);
  const sizes = new Map(
    files.flatMap(({ digest, size }) => (digest === undefined ? [] : [[digest, size] as const])),
  );
  const deleted = await withRoomToRemove(ctx, () =>
    deleteBlobs(ctx, [...sizes.keys()], notedBefore),
  );
  await setRoomAside(ctx);
  return {
    key: entry.key,
    commits: [...commits],
    freedBytes: deleted.reduce((sum, digest) => sum + (sizes.get(digest) ?? 0), 0),
  };
}
