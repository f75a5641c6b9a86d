import type { CoreContext } from '../context.ts';
import { removeCheckout, removeHubBlobs, removeRefsTo } from '../hub-layout/checkout.ts';
import { laidOut } from '../hub-layout/laid-out.ts';
import type { LaidOut } from '../hub-layout/note-laid-out.ts';
import { alone, keepingOf } from '../leases/alone.ts';
import { snapshotManifestKey } from '../names/store-keys.ts';
import { snapshotsOf } from './snapshots.ts';

/** Whether neither the index nor a manifest, which is settled by itself, has the snapshot. */
async function isLeft(ctx: CoreContext, { modelId, commit }: LaidOut): Promise<boolean> {
  if ((await ctx.metadata.getSnapshot(modelId, commit)) !== undefined) return false;
  return (await ctx.storage.stat(snapshotManifestKey(modelId, commit))) === undefined;
}

/** Removes checkouts from this machine whose model was removed on another one. Returns how many there were. */
export async function collectCheckouts(ctx: CoreContext, dryRun: boolean): Promise<number> {
  const { workspace } = ctx;
  let count = 0;
  for await (const checkout of laidOut(workspace)) {
    if (!(await isLeft(ctx, checkout))) continue;
    if (dryRun) {
      count += 1;
      continue;
    }
    const { modelId, commit, files } = checkout;
    await alone(ctx, keepingOf(modelId), async (stillAlone) => {
      if (!(await isLeft(ctx, checkout))) return;
      const kept = await snapshotsOf(ctx, modelId);
      stillAlone();
      await removeRefsTo(workspace, modelId, commit);
      await removeCheckout(workspace, checkout, kept);
      await removeHubBlobs(workspace, modelId, files, kept);
      count += 1;
    });
  }
  return count;
}
