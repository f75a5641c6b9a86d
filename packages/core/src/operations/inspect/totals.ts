import type { StoreTotals } from '../../api/inspection.ts';
import type { CoreContext } from '../../context.ts';
import { partialFolder } from '../../staging/partial-folder.ts';
import { folderBytes } from '../../util/folder-bytes.ts';

export async function totals(ctx: CoreContext): Promise<StoreTotals> {
  const { bytes, count, referencedBytes } = await ctx.metadata.blobTotals();
  const capacity = await ctx.storage.capacity?.();
  return {
    blobBytes: bytes,
    blobCount: count,
    referencedBytes,
    partialBytes: await folderBytes(partialFolder(ctx.workspace)),
    ...(ctx.quotaBytes === undefined ? {} : { quotaBytes: ctx.quotaBytes }),
    evicts: ctx.evict,
    ...(capacity === undefined
      ? {}
      : { freeBytes: capacity.freeBytes, totalBytes: capacity.totalBytes }),
  };
}
