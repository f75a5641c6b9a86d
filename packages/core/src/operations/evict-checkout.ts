import type { CoreContext } from '../context.ts';
import { removeCheckout, removeHubBlobs, removeRefsTo } from '../hub-layout/checkout.ts';
import { forgetTaken, takeNote } from '../hub-layout/laid-out.ts';
import type { LaidOut } from '../hub-layout/note-laid-out.ts';
import { ifAlone, keepingOf } from '../leases/alone.ts';

/**
 * Removes a checkout from this machine, of a model that stays: the next who wants it has it laid out again. Returns false,
 * and leaves it, if it was used after `usedBefore` or somebody is at work on the model.
 */
export async function evictCheckout(
  ctx: CoreContext,
  checkout: LaidOut,
  usedBefore: number,
): Promise<boolean> {
  const { workspace } = ctx;
  const { modelId, commit, files } = checkout;
  let isGone = false;
  await ifAlone(ctx, keepingOf(modelId), async () => {
    if (!(await takeNote(workspace, checkout, usedBefore))) return;
    await removeRefsTo(workspace, modelId, commit);
    await removeCheckout(workspace, checkout, []);
    await removeHubBlobs(workspace, modelId, files, []);
    await forgetTaken(workspace, checkout);
    isGone = true;
  });
  return isGone;
}
