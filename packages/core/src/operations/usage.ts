import type { User } from '../api/options.ts';
import type { Usage } from '../api/results.ts';
import type { CoreContext } from '../context.ts';
import { readable } from '../serving/check-may-read.ts';
import type { Digest, Snapshot } from '../spi/model.ts';
import { partialFolder } from '../staging/partial-folder.ts';
import { folderBytes } from '../util/folder-bytes.ts';

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

/** Models are those that the user may read; the totals are of the whole store. */
export async function usage(ctx: CoreContext, user: User = ctx.user): Promise<Usage> {
  const mayRead = readable(ctx, user);
  const entries = await Array.fromAsync(ctx.metadata.listEntries());
  const own = new Map<string, number>();
  for (const { modelId, commit, bytes } of await ctx.metadata.exclusiveBytes())
    own.set(`${modelId}@${commit}`, bytes);
  const models: { key: string; sizeInBytes: number; exclusiveBytes: number }[] = [];
  let logicalBytes = 0;
  for (const entry of entries) {
    const { key, modelId, commit, sizeInBytes } = entry;
    const bytes = own.get(`${modelId}@${commit}`);
    // It has nothing of its own, or was removed meanwhile.
    if (bytes === undefined && (await ctx.metadata.getEntry(key)) === undefined) continue;
    logicalBytes += sizeInBytes;
    if (await mayRead(entry)) models.push({ key, sizeInBytes, exclusiveBytes: bytes ?? 0 });
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
