import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeCheckout, writeRef } from '../../hub-layout/checkout.ts';
import { checkoutFolder, hubBlobName, repoFolder } from '../../hub-layout/hub-paths.ts';
import { replaceCheckoutFile, replaceHubBlob } from '../../hub-layout/replace-checkout-file.ts';
import { tierPath } from '../../local-tier/tier-files.ts';
import type { Snapshot, SnapshotFile } from '../../spi/model.ts';
import { type CheckoutState, contentProblem } from './check-checkout.ts';
import type { VerifyRun } from './verify-run.ts';

/** In a local tier the file may be a link to a copy that is damaged as well: it would be linked anew. */
async function repairTier(run: VerifyRun, file: SnapshotFile, proved: Set<string>): Promise<void> {
  const { tier, workspace } = run.ctx;
  const { digest, size } = file;
  if (tier === undefined || digest === undefined) return;
  const problem = await contentProblem(run, tierPath(workspace, digest), file, proved);
  if (problem !== undefined) await tier.renew(digest, size);
}

/** Makes the file, and what it links to, right again. */
async function repairFile(
  run: VerifyRun,
  snapshot: Snapshot,
  file: SnapshotFile,
  staging: string,
): Promise<void> {
  const { ctx } = run;
  const proved = new Set<string>();
  const blob = join(repoFolder(ctx.workspace, snapshot.modelId), 'blobs', hubBlobName(file));
  if ((await contentProblem(run, blob, file, proved)) !== undefined) {
    await repairTier(run, file, proved);
    await replaceHubBlob(ctx, snapshot.modelId, file, staging);
  }
  const path = join(checkoutFolder(ctx.workspace, snapshot.modelId, snapshot.commit), file.path);
  if ((await contentProblem(run, path, file, proved)) === undefined) return;
  if ((await lstat(path).catch(() => undefined))?.isDirectory() === true)
    throw new Error(`there is a folder in its place: remove ${path}`);
  await replaceCheckoutFile(ctx, snapshot, file, staging);
}

/** Repairs a checkout. `whole`: all of its contents are there. Returns why, by path, for what could not be repaired. */
export async function repairCheckout(
  run: VerifyRun,
  snapshot: Snapshot,
  revisions: readonly string[],
  state: CheckoutState,
  options: { readonly staging: string; readonly whole: boolean },
): Promise<ReadonlyMap<string, string>> {
  const reasons = new Map<string, string>();
  const attempt = async (paths: readonly string[], work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      run.signal?.throwIfAborted();
      for (const path of paths) reasons.set(path, (error as Error).message);
    }
  };
  for (const { path, file } of state.broken)
    if (file !== undefined)
      await attempt([path], () => repairFile(run, snapshot, file, options.staging));
  const others = state.broken.filter(({ file }) => file === undefined).map(({ path }) => path);
  await attempt(others, async () => {
    if (!options.whole) throw new Error('contents of this snapshot are missing');
    await writeCheckout(run.ctx, snapshot);
    for (const revision of revisions)
      await writeRef(run.ctx.workspace, snapshot.modelId, revision, snapshot.commit);
  });
  return reasons;
}
