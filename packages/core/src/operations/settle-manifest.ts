import type { CoreContext } from '../context.ts';
import { removeCheckout, removeHubBlobs } from '../hub-layout/checkout.ts';
import { alone, keepingOf } from '../leases/alone.ts';
import { snapshotManifestKey } from '../names/store-keys.ts';
import { entryOf } from '../snapshots/entry-of.ts';
import { type Manifest, readManifest, writeEntryManifest } from '../snapshots/manifest.ts';
import { isModelkeepError } from '../spi/errors.ts';
import { snapshotsOf } from './snapshots.ts';

type State = 'known' | 'behind' | 'left';

async function stateOf(ctx: CoreContext, key: string, manifest: Manifest): Promise<State> {
  if (manifest.kind === 'entry') {
    const known = await ctx.metadata.getEntry(manifest.entry.key);
    if (known === undefined) return 'left';
    return known.commit === manifest.entry.commit ? 'known' : 'behind';
  }
  const { modelId, commit } = manifest.snapshot;
  const isOther = key !== snapshotManifestKey(modelId, commit);
  return isOther || (await ctx.metadata.getSnapshot(modelId, commit)) !== undefined
    ? 'known'
    : 'left';
}

async function read(ctx: CoreContext, key: string): Promise<Manifest | undefined> {
  return readManifest(ctx.storage, key).catch((error: unknown) => {
    // Damaged, or just removed by somebody else: what it described cannot be told, and a verify names it.
    if (isModelkeepError(error, 'storage-failed')) return undefined;
    throw error;
  });
}

async function settle(ctx: CoreContext, key: string, stillAlone: () => void): Promise<boolean> {
  const manifest = await read(ctx, key);
  if (manifest === undefined) return false;
  const state = await stateOf(ctx, key, manifest);
  if (state === 'known') return false;
  stillAlone();
  if (manifest.kind === 'entry' && state === 'behind') {
    const entry = await ctx.metadata.getEntry(manifest.entry.key);
    if (entry !== undefined) await writeEntryManifest(ctx.storage, entryOf(entry));
    return false;
  }
  if (manifest.kind === 'snapshot') {
    const { modelId, files } = manifest.snapshot;
    const kept = await snapshotsOf(ctx, modelId);
    await removeCheckout(ctx.workspace, manifest.snapshot, kept);
    await removeHubBlobs(ctx.workspace, modelId, files, kept);
  }
  await ctx.storage.delete(key);
  return true;
}

/**
 * Removes a manifest that the index does not have, with the checkout that it describes; one that names another commit than
 * the index is written anew, as the files of that commit may go. Returns the kind of what was, or would be, removed.
 */
export async function settleManifest(
  ctx: CoreContext,
  key: string,
  dryRun: boolean,
): Promise<Manifest['kind'] | undefined> {
  const manifest = await read(ctx, key);
  if (manifest === undefined) return undefined;
  const state = await stateOf(ctx, key, manifest);
  if (state === 'known') return undefined;
  if (dryRun) return state === 'left' ? manifest.kind : undefined;
  const { modelId } = manifest.kind === 'entry' ? manifest.entry : manifest.snapshot;
  // Looked at again alone: somebody may just have been storing the model.
  const removed = await alone(ctx, keepingOf(modelId), (stillAlone) =>
    settle(ctx, key, stillAlone),
  );
  return removed ? manifest.kind : undefined;
}
