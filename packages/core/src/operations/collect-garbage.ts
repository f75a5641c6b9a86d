import type { LongCallOptions } from '../api/options.ts';
import type { GarbageReport } from '../api/results.ts';
import type { CoreContext } from '../context.ts';
import { MANIFEST_PREFIX } from '../names/store-keys.ts';
import { collectCheckouts } from './collect-checkouts.ts';
import { collectPartials } from './collect-partials.ts';
import { collectTier } from './collect-tier.ts';
import { collectUnnoted } from './collect-unnoted.ts';
import { collectUnreferenced } from './collect-unreferenced.ts';
import { deletableBefore } from './delete-blobs.ts';
import { restoreIndexIfLost } from './rebuild-index.ts';
import { settleManifest } from './settle-manifest.ts';

/** Nobody counts on a process to wake after so long: which blobs were forgotten is not known for longer either. */
const SLEPT_MS = 8 * 24 * 60 * 60 * 1000;

/** Manifests of snapshots and entries that the index does not have, with their checkouts: left by a crash while storing or removing. */
async function collectManifests(
  ctx: CoreContext,
  dryRun: boolean,
): Promise<{ manifests: number; checkouts: number }> {
  const report = { manifests: 0, checkouts: 0 };
  for await (const { key } of ctx.storage.list(MANIFEST_PREFIX)) {
    const left = await settleManifest(ctx, key, dryRun);
    if (left === undefined) continue;
    report.manifests += 1;
    if (left === 'snapshot') report.checkouts += 1;
  }
  return report;
}

export async function collectGarbage(
  ctx: CoreContext,
  options: LongCallOptions & { readonly dryRun?: boolean } = {},
): Promise<GarbageReport> {
  const { dryRun = false, signal } = options;
  await restoreIndexIfLost(ctx);
  const notedBefore = await deletableBefore(ctx);
  const { manifests, checkouts: known } = await collectManifests(ctx, dryRun);
  const checkouts = known + (await collectCheckouts(ctx, dryRun));
  const partials = await collectPartials(ctx, dryRun);
  const blobs = await collectUnreferenced(ctx, notedBefore, signal, dryRun);
  await collectUnnoted(ctx, blobs, notedBefore, signal);
  const { deleted, kept } = blobs;
  const left = await collectTier(ctx, dryRun);
  if (!dryRun) await ctx.metadata.forgetLeases?.((await ctx.metadata.now()) - SLEPT_MS);
  const leftovers = { count: partials.count + left.count, bytes: partials.bytes + left.bytes };
  return { dryRun, blobs: deleted, partials: leftovers, checkouts, manifests, kept };
}
