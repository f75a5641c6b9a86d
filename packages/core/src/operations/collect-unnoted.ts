import type { CoreContext } from '../context.ts';
import { INGEST_PREFIX, LINKING_PREFIX } from '../leases/ingest.ts';
import { BLOB_PREFIX, digestOfKey } from '../names/store-keys.ts';
import type { Digest } from '../spi/model.ts';
import type { StoredObject } from '../spi/storage.ts';
import type { BlobCollector } from './collect-unreferenced.ts';

const PAGE = 500;
/** While models are being stored, an object younger than this (by clocks that may differ) may be one of theirs. */
const CLOCK_MARGIN_MS = 60 * 60 * 1000;

/** Objects without a record: a crash came between storing and noting. */
export async function collectUnnoted(
  ctx: CoreContext,
  blobs: BlobCollector,
  notedBefore: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const page = new Map<Digest, StoredObject>();

  async function settle(): Promise<void> {
    signal?.throwIfAborted();
    const noted = await ctx.metadata.getBlobs([...page.keys()]);
    const unnoted = [...page].filter(([digest]) => !noted.has(digest));
    page.clear();
    if (unnoted.length === 0) return;
    // Asked after they were seen: whoever has stored one of them since holds a lease, or has noted it after `notedBefore`.
    const ingests = await ctx.metadata.listLeases(INGEST_PREFIX);
    const isLinking = ingests.some(({ key }) => key.startsWith(LINKING_PREFIX));
    const youngAfter = isLinking ? Number.NEGATIVE_INFINITY : notedBefore - CLOCK_MARGIN_MS;
    for (const [digest, { size, modifiedAt }] of unnoted) {
      if (ingests.length > 0 && modifiedAt > youngAfter) blobs.keep(size);
      else await blobs.add(digest, size);
    }
    await blobs.flush();
  }

  for await (const object of ctx.storage.list(BLOB_PREFIX)) {
    signal?.throwIfAborted();
    const digest = digestOfKey(object.key);
    if (digest !== undefined) page.set(digest, object);
    if (page.size >= PAGE) await settle();
  }
  await settle();
}
