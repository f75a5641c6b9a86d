import type { RemovedModel } from '../api/results.ts';
import type { CoreContext } from '../context.ts';
import { removeCheckout, removeHubBlobs, removeRef } from '../hub-layout/checkout.ts';
import { alone, keepingOf } from '../leases/alone.ts';
import { isCommit } from '../names/model-name.ts';
import { entryManifestKey, snapshotManifestKey } from '../names/store-keys.ts';
import { ModelkeepError } from '../spi/errors.ts';
import type { EntrySummary, Snapshot } from '../spi/model.ts';
import { deletableBefore, deleteBlobs } from './delete-blobs.ts';
import { requireEntry } from './find-model.ts';
import { setRoomAside, withRoomToRemove } from './room-to-remove.ts';
import { snapshotLost, snapshotsOf } from './snapshots.ts';

interface Gone {
  readonly snapshots: readonly Snapshot[];
  /** Snapshots of the model that stay. */
  readonly kept: readonly Snapshot[];
  /** Blobs noted before this moment may go. */
  readonly notedBefore: number;
}

function removedMeanwhile(entry: EntrySummary): ModelkeepError {
  return new ModelkeepError(
    'model-not-cached',
    `${entry.key} was removed by somebody else meanwhile`,
  );
}

/** The transaction that makes it invisible. Tells which snapshots went with it. */
async function forget(ctx: CoreContext, entry: EntrySummary): Promise<Gone> {
  const { metadata } = ctx;
  const { key, modelId, commit } = entry;
  const snapshots = await snapshotsOf(ctx, modelId);
  const notedBefore = await deletableBefore(ctx);
  const isEntry = (await metadata.getEntry(key)) !== undefined;
  if (isEntry && snapshots.length === 0) throw snapshotLost(entry);
  if (!isEntry && !isCommit(entry.revision)) throw removedMeanwhile(entry);
  let commits = new Set([commit]);
  if (isEntry) {
    const removed = await metadata.removeEntry(key);
    if (removed === undefined) throw removedMeanwhile(entry);
    commits = new Set(removed.map((snapshot) => snapshot.commit));
  } else {
    await metadata.removeSnapshot(modelId, commit);
  }
  return {
    snapshots: snapshots.filter((snapshot) => commits.has(snapshot.commit)),
    kept: snapshots.filter((snapshot) => !commits.has(snapshot.commit)),
    notedBefore,
  };
}

/** The folder, then the manifest: a crash in between leaves what a garbage collection finds. May be done again. */
async function removeFiles(
  ctx: CoreContext,
  { modelId, revision }: EntrySummary,
  { snapshots, kept }: Gone,
): Promise<void> {
  await removeRef(ctx.workspace, modelId, revision);
  await ctx.storage.delete(entryManifestKey(modelId, revision));
  for (const snapshot of snapshots) {
    await removeCheckout(ctx.workspace, snapshot, kept);
    await ctx.storage.delete(snapshotManifestKey(modelId, snapshot.commit));
  }
  const files = snapshots.flatMap((snapshot) => snapshot.files);
  await removeHubBlobs(ctx.workspace, modelId, files, kept);
}

/**
 * Entry, folder and manifests while nobody else stores or removes the model; then the blobs that nothing refers to any more.
 * `check` is asked once nobody else does: if it fails, nothing is removed.
 */
export async function removeModel(
  ctx: CoreContext,
  name: string,
  check?: () => Promise<void>,
): Promise<RemovedModel> {
  const entry = await requireEntry(ctx, name);
  let forgotten: Gone | undefined;
  const gone = await withRoomToRemove(ctx, () =>
    alone(ctx, keepingOf(entry.modelId), async (stillAlone) => {
      if (forgotten === undefined) await check?.();
      forgotten ??= await forget(ctx, entry);
      // A process that slept leaves the rest to a garbage collection.
      stillAlone();
      await removeFiles(ctx, entry, forgotten);
      return forgotten;
    }),
  );
  const files = gone.snapshots.flatMap((snapshot) => snapshot.files);
  const sizes = new Map(
    files.flatMap(({ digest, size }) => (digest === undefined ? [] : [[digest, size] as const])),
  );
  const deleted = await withRoomToRemove(ctx, () =>
    deleteBlobs(ctx, [...sizes.keys()], gone.notedBefore),
  );
  await setRoomAside(ctx);
  return {
    key: entry.key,
    commits: gone.snapshots.map(({ commit }) => commit),
    freedBytes: deleted.reduce((sum, digest) => sum + (sizes.get(digest) ?? 0), 0),
  };
}
