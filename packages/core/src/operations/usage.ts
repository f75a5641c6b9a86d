import type { User } from '../api/options.ts';
import type { Usage } from '../api/results.ts';
import type { CoreContext } from '../context.ts';
import { readable } from '../serving/check-may-read.ts';
import type { Digest, EntrySummary, Snapshot } from '../spi/model.ts';
import { partialFolder } from '../staging/partial-folder.ts';
import { folderBytes } from '../util/folder-bytes.ts';
import { snapshotLost } from './snapshots.ts';

/** Bytes of the contents of `snapshots`, all of one model, that no other model shares. */
export async function exclusiveBytes(
  ctx: CoreContext,
  modelId: string,
  snapshots: readonly Snapshot[],
): Promise<number> {
  const sizes = new Map<Digest, number>();
  for (const { files } of snapshots)
    for (const { digest, size } of files) if (digest !== undefined) sizes.set(digest, size);
  const shared = await ctx.metadata.sharedBlobs([...sizes.keys()], modelId);
  let bytes = 0;
  for (const [digest, size] of sizes) if (!shared.has(digest)) bytes += size;
  return bytes;
}

/** What other snapshots of the same model have. */
async function digestsOfOtherCommits(
  ctx: CoreContext,
  { modelId, commit: own }: EntrySummary,
): Promise<ReadonlySet<Digest | undefined>> {
  const digests = new Set<Digest | undefined>();
  for await (const { commit } of ctx.metadata.listSnapshots(modelId)) {
    if (commit === own) continue;
    const { files = [] } = (await ctx.metadata.getSnapshot(modelId, commit)) ?? {};
    for (const { digest } of files) digests.add(digest);
  }
  return digests;
}

/** Models are those that the user may read; the totals are of the whole store. */
export async function usage(ctx: CoreContext, user: User = ctx.user): Promise<Usage> {
  const mayRead = readable(ctx, user);
  const models: { key: string; sizeInBytes: number; exclusiveBytes: number }[] = [];
  let logicalBytes = 0;
  for await (const entry of ctx.metadata.listEntries()) {
    const snapshot = await ctx.metadata.getSnapshot(entry.modelId, entry.commit);
    if (snapshot === undefined) {
      if ((await ctx.metadata.getEntry(entry.key)) === undefined) continue;
      throw snapshotLost(entry);
    }
    const own = await digestsOfOtherCommits(ctx, entry);
    const alone = { ...snapshot, files: snapshot.files.filter(({ digest }) => !own.has(digest)) };
    logicalBytes += entry.sizeInBytes;
    if (!(await mayRead(entry))) continue;
    models.push({
      key: entry.key,
      sizeInBytes: entry.sizeInBytes,
      exclusiveBytes: await exclusiveBytes(ctx, entry.modelId, [alone]),
    });
  }
  const totals = await ctx.metadata.blobTotals();
  const capacity = await ctx.storage.capacity?.();
  return {
    models,
    logicalBytes,
    blobBytes: totals.bytes,
    blobCount: totals.count,
    unreferencedBytes: totals.bytes - totals.referencedBytes,
    partialBytes: await folderBytes(partialFolder(ctx.workspace)),
    ...(capacity === undefined
      ? {}
      : { freeBytes: capacity.freeBytes, totalBytes: capacity.totalBytes }),
  };
}
