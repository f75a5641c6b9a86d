import type { CoreContext } from '../context.ts';
import { markUnfinished, removeHubBlobs, writeCheckout, writeRef } from '../hub-layout/checkout.ts';
import { checkoutFolder } from '../hub-layout/hub-paths.ts';
import { alone, keepingOf } from '../leases/alone.ts';
import type { Ingest } from '../leases/ingest.ts';
import {
  mergeSnapshots,
  writeEntryManifest,
  writeSnapshotManifest,
} from '../snapshots/manifest.ts';
import type { StoreChange } from '../spi/metadata-store.ts';
import type { Digest, Entry, Snapshot } from '../spi/model.ts';

interface StoreOptions {
  /** Whether the checkout is made now; otherwise the first reader makes it. Default: true. */
  readonly layOut?: boolean;
}

export interface StoredSnapshot {
  /** The checkout. Not laid out if `missing` is not empty, or if that was not wanted. */
  readonly path: string;
  /** Blobs that went away meanwhile: fetch them again, and call again. */
  readonly missing: readonly Digest[];
}

/**
 * The one way by which a model becomes visible, for one caller at a time: manifests, then one transaction, then the checkout.
 * A crash before the transaction leaves only what a garbage collection removes; after it, a checkout that the next reader restores.
 * Without `entry` only the snapshot is stored: a user does not see it yet. Where it is a function, that decides while nobody else changes the model. A commit that is laid out already and gets more files counts as unfinished until they are there.
 */
export function storeSnapshot(
  ctx: CoreContext,
  snapshot: Snapshot,
  entry: Entry | undefined | (() => Promise<Entry | undefined>),
  ingest: Ingest,
  options: StoreOptions = {},
): Promise<StoredSnapshot> {
  return alone(ctx, keepingOf(snapshot.modelId), async (_stillAlone, guard) => {
    const shown = typeof entry === 'function' ? await entry() : entry;
    return store(ctx, snapshot, shown, [ingest.guard(), guard], options);
  });
}

async function store(
  ctx: CoreContext,
  snapshot: Snapshot,
  entry: Entry | undefined,
  guard: NonNullable<StoreChange['guard']>,
  { layOut = true }: StoreOptions,
): Promise<StoredSnapshot> {
  const { storage, metadata, workspace } = ctx;
  const { modelId, commit } = snapshot;
  const before = await metadata.getSnapshot(modelId, commit);
  const merged = mergeSnapshots(before, snapshot);
  const markGrowing = async (): Promise<void> => {
    if (before !== undefined && merged.files.length > before.files.length)
      await markUnfinished(workspace, modelId, commit);
  };
  await writeSnapshotManifest(storage, merged);
  if (entry !== undefined) await writeEntryManifest(storage, entry);
  await markGrowing();
  const { missing } = await metadata.commit({
    snapshot: merged,
    guard,
    ...(entry === undefined ? {} : { entry }),
  });
  const folder = checkoutFolder(workspace, modelId, commit);
  if (missing.length > 0 || !layOut) return { path: folder, missing };
  ctx.stored();
  // A reader may have laid out meanwhile what was there before.
  await markGrowing();
  // In a local tier it is laid out for those only who ask for it.
  if (ctx.tier !== undefined) return { path: folder, missing };
  const path = await writeCheckout(ctx, merged);
  // Links under the names that blobs had before it was known who keeps them.
  if (before !== undefined) await removeHubBlobs(workspace, modelId, before.files, [merged]);
  if (entry !== undefined) await writeRef(workspace, entry.modelId, entry.revision, entry.commit);
  return { path, missing };
}
