import type { CoreContext } from '../context.ts';
import { alone, keepingOf } from '../leases/alone.ts';
import { beginIngest } from '../leases/ingest.ts';
import { newestToken } from '../leases/newest-token.ts';
import { blobKey, MANIFEST_PREFIX } from '../names/store-keys.ts';
import { type Manifest, readManifest } from '../snapshots/manifest.ts';
import { isModelkeepError } from '../spi/errors.ts';
import type { BlobRecord, StoreChange } from '../spi/metadata-store.ts';
import type { Snapshot } from '../spi/model.ts';

async function isEmpty(items: AsyncIterable<unknown>): Promise<boolean> {
  for await (const item of items) return item === undefined;
  return true;
}

/** Notes the blobs of a snapshot that are in the storage with the right size. Their content was proved before they were stored; a full verify proves it again. */
async function noteBlobs(ctx: CoreContext, snapshot: Snapshot): Promise<void> {
  const records: BlobRecord[] = [];
  const since = newestToken(ctx.metadata);
  const digests = snapshot.files.flatMap(({ digest }) => (digest === undefined ? [] : [digest]));
  const known = await ctx.metadata.getBlobs(digests);
  for (const { digest, size, gitOid } of snapshot.files) {
    if (digest === undefined || known.has(digest)) continue;
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
  await ctx.metadata.putBlobs(records, { since });
}

/** A damaged manifest must not keep all others away; a verify names it. */
async function readWhole(ctx: CoreContext, key: string): Promise<Manifest | undefined> {
  try {
    return await readManifest(ctx.storage, key);
  } catch (error) {
    if (isModelkeepError(error, 'storage-failed')) return undefined;
    throw error;
  }
}

/** Keys of the manifests of one model. */
type ModelManifests = Readonly<Record<Manifest['kind'], string[]>>;

/** Reads again what is there: somebody may have removed the model meanwhile. Returns the number of entries. */
async function rebuildModel(
  ctx: CoreContext,
  keys: ModelManifests,
  guard: NonNullable<StoreChange['guard']>,
): Promise<number> {
  const { metadata } = ctx;
  for (const key of keys.snapshot) {
    const manifest = await readWhole(ctx, key);
    if (manifest?.kind !== 'snapshot') continue;
    await noteBlobs(ctx, manifest.snapshot);
    await metadata.commit({ snapshot: manifest.snapshot, guard });
  }
  let restored = 0;
  for (const key of keys.entry) {
    const manifest = await readWhole(ctx, key);
    if (manifest?.kind !== 'entry') continue;
    const { entry } = manifest;
    if ((await metadata.getSnapshot(entry.modelId, entry.commit)) === undefined) continue;
    if ((await metadata.getEntry(entry.key)) === undefined) await metadata.commit({ entry, guard });
    restored += 1;
  }
  return restored;
}

/** Brings every entry and snapshot that has a manifest back into the index. What the index has already stays. Returns the number of entries. */
export async function rebuildIndex(ctx: CoreContext, signal?: AbortSignal): Promise<number> {
  const models = new Map<string, ModelManifests>();
  await using ingest = await beginIngest(ctx, 0, { signal });
  for await (const { key } of ctx.storage.list(MANIFEST_PREFIX)) {
    signal?.throwIfAborted();
    const manifest = await readWhole(ctx, key);
    if (manifest === undefined) continue;
    const { modelId } = manifest.kind === 'entry' ? manifest.entry : manifest.snapshot;
    const keys = models.get(modelId) ?? { entry: [], snapshot: [] };
    keys[manifest.kind].push(key);
    models.set(modelId, keys);
  }
  let restored = 0;
  for (const [modelId, keys] of models) {
    signal?.throwIfAborted();
    // A snapshot without any entry could not be named, so not be removed either: an interrupted removal left it.
    if (keys.entry.length === 0) continue;
    restored += await alone(ctx, keepingOf(modelId), (_stillAlone, guard) =>
      rebuildModel(ctx, keys, [ingest.guard(), guard]),
    );
  }
  return restored;
}

/** Rebuilds an index that is empty beside a store that is not: the file was lost. Returns whether there was something to bring back. */
export async function restoreIndexIfLost(ctx: CoreContext): Promise<boolean> {
  if (!(await isEmpty(ctx.metadata.listSnapshots()))) return false;
  if (await isEmpty(ctx.storage.list(MANIFEST_PREFIX))) return false;
  return (await rebuildIndex(ctx)) > 0;
}
