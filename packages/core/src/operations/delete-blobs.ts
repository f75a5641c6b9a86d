import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CoreContext } from '../context.ts';
import { hubFolder } from '../hub-layout/hub-paths.ts';
import { linkedBlobNames } from '../hub-layout/linked-blobs.ts';
import { alone, DELETING } from '../leases/alone.ts';
import { INGEST_PREFIX } from '../leases/ingest.ts';
import { blobKey } from '../names/store-keys.ts';
import type { Digest } from '../spi/model.ts';
import { forEachLimit } from '../util/concurrency.ts';
import { listFolder } from '../util/list-folder.ts';

const PARALLEL = 16;

/** Blobs noted before this moment (the store's clock) are used by no flight under way, unless a snapshot refers to them. */
export async function deletableBefore(ctx: CoreContext): Promise<number> {
  const ingests = await ctx.metadata.listLeases(INGEST_PREFIX);
  return Math.min(await ctx.metadata.now(), ...ingests.map(({ grantedAt }) => grantedAt));
}

/** Removes links that checkouts no longer known still hold to the blob's file: without that its bytes would stay. */
async function removeLinks(
  ctx: CoreContext,
  digest: Digest,
  gitOid: string | undefined,
): Promise<void> {
  const path = ctx.blobs.localPath(digest);
  const blob = path === undefined ? undefined : await stat(path).catch(() => undefined);
  if (blob === undefined || blob.nlink < 2) return;
  for (const repo of await listFolder(hubFolder(ctx.workspace))) {
    for (const name of gitOid === undefined ? [digest] : [digest, gitOid]) {
      const link = join(hubFolder(ctx.workspace), repo, 'blobs', name);
      const found = await stat(link).catch(() => undefined);
      if (found?.ino !== blob.ino || found.dev !== blob.dev) continue;
      // A client may have made a snapshot of its own that uses it.
      const linked = await linkedBlobNames(join(hubFolder(ctx.workspace), repo));
      if (!linked.has(name)) await rm(link, { force: true });
    }
  }
}

/**
 * Deletes those of `digests` that nothing refers to and no flight may use. Marks them first, in one transaction that looks
 * again, so that a writer who wants one meanwhile stores it anew. Returns the digests that went.
 */
export async function deleteBlobs(
  ctx: CoreContext,
  digests: readonly Digest[],
  notedBefore: number,
): Promise<readonly Digest[]> {
  if (digests.length === 0) return [];
  const records = await ctx.metadata.getBlobs(digests);
  // Two at once could delete what a writer stored anew between them.
  return alone(ctx, DELETING, async (stillAlone) => {
    const marked = await ctx.metadata.markDeleting(digests, { notedBefore });
    await forEachLimit(marked, PARALLEL, async (digest) => {
      await removeLinks(ctx, digest, records.get(digest)?.gitOid);
      stillAlone();
      await ctx.storage.delete(blobKey(digest));
    });
    await ctx.metadata.forgetBlobs(marked);
    await ctx.tier?.drop(marked);
    return marked;
  });
}
