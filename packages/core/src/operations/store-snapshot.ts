import type { CoreContext } from '../context.ts';
import { writeCheckout, writeRef } from '../hub-layout/checkout.ts';
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
import { isFolder } from '../util/is-folder.ts';

export interface StoredSnapshot {
  /** The checkout. Not laid out if `missing` is not empty. */
  readonly path: string;
  /** Blobs that went away meanwhile: fetch them again, and call again. */
  readonly missing: readonly Digest[];
}

/**
 * The one way by which a model becomes visible, for one caller at a time: manifests, then one transaction, then the checkout.
 * A crash before the transaction leaves only what a garbage collection removes; after it, a checkout that the next reader restores.
 * Without `entry` only the snapshot is stored: a user does not see it yet. Files added to a commit that is laid out already come before the transaction, as readers only look for the folder.
 */
export function storeSnapshot(
  ctx: CoreContext,
  snapshot: Snapshot,
  entry: Entry | undefined,
  ingest: Ingest,
): Promise<StoredSnapshot> {
  return alone(ctx, keepingOf(snapshot.modelId), (_stillAlone, guard) =>
    store(ctx, snapshot, entry, [ingest.guard(), guard]),
  );
}

async function store(
  ctx: CoreContext,
  snapshot: Snapshot,
  entry: Entry | undefined,
  guard: NonNullable<StoreChange['guard']>,
): Promise<StoredSnapshot> {
  const { storage, metadata, workspace } = ctx;
  const merged = mergeSnapshots(
    await metadata.getSnapshot(snapshot.modelId, snapshot.commit),
    snapshot,
  );
  await writeSnapshotManifest(storage, merged);
  if (entry !== undefined) await writeEntryManifest(storage, entry);
  const path = checkoutFolder(workspace, snapshot.modelId, snapshot.commit);
  const layOut = async (): Promise<boolean> => (await writeCheckout(ctx, merged)) === path;
  // A blob that has gone meanwhile fails this one; the transaction then says which.
  const laidOut = (await isFolder(path)) && (await layOut().catch(() => false));
  const { missing } = await metadata.commit({
    snapshot: merged,
    guard,
    ...(entry === undefined ? {} : { entry }),
  });
  if (missing.length > 0) return { path, missing };
  if (!laidOut) await layOut();
  if (entry !== undefined) await writeRef(workspace, entry.modelId, entry.revision, entry.commit);
  return { path, missing };
}
