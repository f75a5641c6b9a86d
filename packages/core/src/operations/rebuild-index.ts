import type { CoreContext } from '../context.ts';
import { beginIngest } from '../leases/ingest.ts';
import { blobKey, MANIFEST_PREFIX } from '../names/store-keys.ts';
import { readManifest } from '../snapshots/manifest.ts';
import type { BlobRecord } from '../spi/metadata-store.ts';
import type { Entry, Snapshot } from '../spi/model.ts';

async function isEmpty(items: AsyncIterable<unknown>): Promise<boolean> {
  for await (const item of items) return item === undefined;
  return true;
}

/** Notes the blobs of a snapshot that are in the storage with the right size. Their content was proved before they were stored; a full verify proves it again. */
async function noteBlobs(ctx: CoreContext, snapshot: Snapshot): Promise<void> {
  const records: BlobRecord[] = [];
  for (const { digest, size, gitOid } of snapshot.files) {
    if (digest === undefined) continue;
    const object = await ctx.storage.stat(blobKey(digest));
    if (object?.size === size)
      records.push({
        digest,
        size,
        ...(gitOid === undefined ? {} : { gitOid }),
        receipt: object.receipt,
        verifiedAt: snapshot.createdAt,
      });
  }
  await ctx.metadata.putBlobs(records);
}

/** Brings every entry and snapshot that has a manifest back into the index. What the index has already stays. Returns the number of entries. */
export async function rebuildIndex(ctx: CoreContext, signal?: AbortSignal): Promise<number> {
  const entries: Entry[] = [];
  await using ingest = await beginIngest(ctx, 0, signal);
  for await (const { key } of ctx.storage.list(MANIFEST_PREFIX)) {
    signal?.throwIfAborted();
    const manifest = await readManifest(ctx.storage, key);
    if (manifest.kind === 'entry') {
      entries.push(manifest.entry);
      continue;
    }
    await noteBlobs(ctx, manifest.snapshot);
    await ctx.metadata.commit({ snapshot: manifest.snapshot, guard: [ingest.guard()] });
  }
  let restored = 0;
  for (const entry of entries) {
    if ((await ctx.metadata.getSnapshot(entry.modelId, entry.commit)) === undefined) continue;
    if ((await ctx.metadata.getEntry(entry.key)) === undefined)
      await ctx.metadata.commit({ entry, guard: [ingest.guard()] });
    restored += 1;
  }
  return restored;
}

/** Rebuilds an index that is empty beside a store that is not: the file was lost. Returns whether there was something to bring back. */
export async function restoreIndexIfLost(ctx: CoreContext): Promise<boolean> {
  if (!(await isEmpty(ctx.metadata.listSnapshots()))) return false;
  if (await isEmpty(ctx.storage.list(MANIFEST_PREFIX))) return false;
  return (await rebuildIndex(ctx)) > 0;
}
