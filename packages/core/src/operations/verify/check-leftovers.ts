import type { CoreContext } from '../../context.ts';
import { INGEST_PREFIX } from '../../leases/ingest.ts';
import { BLOB_PREFIX, digestOfKey, MANIFEST_PREFIX } from '../../names/store-keys.ts';
import { readManifest } from '../../snapshots/manifest.ts';
import { isModelkeepError } from '../../spi/errors.ts';
import type { Digest } from '../../spi/model.ts';
import { deletableBefore, deleteBlobs } from '../delete-blobs.ts';
import { rebuildIndex } from '../rebuild-index.ts';
import { settleManifest } from '../settle-manifest.ts';
import { hashObject, isReadFailure } from './hash-object.ts';
import { type VerifyRun, warn } from './verify-run.ts';

const BATCH = 500;

/** Whether anybody but this verification is storing a model now. */
export async function isBusy(ctx: CoreContext, ownIngest: string | undefined): Promise<boolean> {
  const ingests = await ctx.metadata.listLeases(INGEST_PREFIX);
  return ingests.some(({ key }) => key !== `${INGEST_PREFIX}${ownIngest}`);
}

async function withoutRecord(ctx: CoreContext, digests: readonly Digest[]): Promise<Digest[]> {
  const known = await ctx.metadata.getBlobs(digests);
  return digests.filter((digest) => !known.has(digest));
}

/** Objects that the index does not know. Whole ones are what a crash leaves, and no problem; others are. Returns the number of whole ones. */
export async function checkUnknownObjects(
  run: VerifyRun,
  options: { readonly repair: boolean; readonly busy: () => Promise<boolean> },
): Promise<number> {
  const { ctx, signal } = run;
  const sizes = new Map<Digest, number>();
  const left = { count: 0 };

  async function flush(): Promise<void> {
    let unknown = await withoutRecord(ctx, [...sizes.keys()]);
    // The order matters: who stored one without noting it yet has a lease now, or has noted it by the second look.
    if (unknown.length > 0 && (await options.busy())) unknown = [];
    for (const digest of await withoutRecord(ctx, unknown)) {
      const found = await damage(run, digest, sizes.get(digest) ?? 0);
      if (found === undefined) left.count += 1;
      else await tell(digest, found);
    }
    sizes.clear();
  }

  async function tell(digest: Digest, found: string): Promise<void> {
    const deleted = options.repair
      ? await deleteBlobs(ctx, [digest], await deletableBefore(ctx))
      : [];
    run.problems.push({
      kind: 'blob-unknown',
      path: `${BLOB_PREFIX}${digest.slice(0, 2)}/${digest}`,
      expected: digest,
      found,
      repaired: deleted.length > 0,
    });
  }

  for await (const { key, size } of ctx.storage.list(BLOB_PREFIX)) {
    signal?.throwIfAborted();
    const digest = digestOfKey(key);
    if (digest === undefined) {
      const reason = 'it is not what modelkeep stores: remove it by hand';
      run.problems.push({ kind: 'blob-unknown', path: key, repaired: false, reason });
      continue;
    }
    sizes.set(digest, size);
    if (sizes.size >= BATCH) await flush();
  }
  await flush();
  return left.count;
}

/** What an object without a record has instead of its content; undefined if it is whole, gone, or was not read. */
async function damage(run: VerifyRun, digest: Digest, size: number): Promise<string | undefined> {
  if (!run.full) return undefined;
  try {
    const found = await hashObject(run.ctx, digest, size, { signal: run.signal });
    return found === digest ? undefined : found;
  } catch (error) {
    run.signal?.throwIfAborted();
    if (!isReadFailure(error)) throw error;
    return (await run.ctx.blobs.stat(digest)) === undefined ? undefined : error.message;
  }
}

interface LeftManifest {
  readonly key: string;
  readonly modelId: string;
  readonly commit: string;
  readonly kind: 'entry' | 'snapshot';
}

async function leftManifests(run: VerifyRun, told: ReadonlySet<string>): Promise<LeftManifest[]> {
  const { storage, metadata } = run.ctx;
  const left: LeftManifest[] = [];
  for await (const { key } of storage.list(MANIFEST_PREFIX)) {
    run.signal?.throwIfAborted();
    if (told.has(key)) continue;
    try {
      const manifest = await readManifest(storage, key);
      const { modelId, commit } = manifest.kind === 'entry' ? manifest.entry : manifest.snapshot;
      const known =
        manifest.kind === 'entry'
          ? await metadata.getEntry(manifest.entry.key)
          : await metadata.getSnapshot(modelId, commit);
      if (known === undefined) left.push({ key, modelId, commit, kind: manifest.kind });
    } catch (error) {
      if (!isModelkeepError(error, 'storage-failed')) throw error;
      if ((await storage.stat(key)) === undefined) continue;
      const reason = 'nothing in the index tells what it was; modelkeep gc leaves it alone';
      const found = error.message;
      run.problems.push({ kind: 'manifest-missing', path: key, found, repaired: false, reason });
    }
  }
  return left;
}

/**
 * Manifests that the index does not have: left by an interrupted removal, or of models that the index has lost. A repair
 * brings back what is whole, and removes what no entry can ever lead to. Returns whether it did.
 */
export async function checkLeftManifests(
  run: VerifyRun,
  options: { readonly repair: boolean; readonly busy: () => Promise<boolean> },
): Promise<boolean> {
  const { ctx } = run;
  const told = new Set(
    run.problems.filter(({ kind }) => kind === 'manifest-missing').map(({ path }) => path),
  );
  const left = await leftManifests(run, told);
  // A model that is being stored has its manifests before it is in the index.
  if (left.length === 0 || (await options.busy())) return false;
  if (!options.repair) {
    const advice = 'modelkeep verify --repair brings back what is whole, modelkeep gc removes them';
    warn(run, `${left.length} manifests are of models that are not in the index: ${advice}`);
    return false;
  }
  await rebuildIndex(ctx, run.signal);
  const models = new Set(left.filter(({ kind }) => kind === 'entry').map(({ modelId }) => modelId));
  for (const { key, kind, modelId, commit } of left) {
    if (kind === 'entry' || models.has(modelId)) continue;
    if ((await ctx.metadata.getSnapshot(modelId, commit)) !== undefined) continue;
    await settleManifest(ctx, key, false);
  }
  warn(
    run,
    `${left.length} manifests were of models that the index had lost: what is whole is back`,
  );
  return true;
}
