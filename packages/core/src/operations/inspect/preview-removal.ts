import type { RemovalPreview } from '../../api/inspection.ts';
import type { User } from '../../api/options.ts';
import type { CoreContext } from '../../context.ts';
import { isModelkeepError } from '../../spi/errors.ts';
import type { RemovedSnapshot } from '../../spi/metadata-store.ts';
import type { Digest, EntrySummary, Snapshot } from '../../spi/model.ts';
import { requireReadable } from '../find-model.ts';
import { snapshotsOf } from '../snapshots.ts';

type Users = ReadonlyMap<Digest, readonly RemovedSnapshot[]>;

function nameOf({ modelId, commit }: RemovedSnapshot): string {
  return `${modelId}@${commit}`;
}

/** The snapshots of the entry's model that go with the entries of `going`: those at which no other entry points. */
async function snapshotsThatGo(
  ctx: CoreContext,
  modelId: string,
  going: ReadonlySet<string>,
): Promise<readonly Snapshot[]> {
  const entries = await Array.fromAsync(ctx.metadata.listEntries({ modelId }));
  const kept = new Set(entries.filter(({ key }) => !going.has(key)).map(({ commit }) => commit));
  return (await snapshotsOf(ctx, modelId)).filter(({ commit }) => !kept.has(commit));
}

function sizesOf(snapshots: readonly Snapshot[]): Map<Digest, number> {
  const sizes = new Map<Digest, number>();
  for (const { files } of snapshots)
    for (const { digest, size } of files) if (digest !== undefined) sizes.set(digest, size);
  return sizes;
}

/** Bytes of the contents that only `snapshots` have. */
function freedBy(snapshots: readonly Snapshot[], users: Users): number {
  const names = new Set(snapshots.map(nameOf));
  let bytes = 0;
  for (const [digest, size] of sizesOf(snapshots)) {
    const isFreed = (users.get(digest) ?? []).every((user) => names.has(nameOf(user)));
    if (isFreed) bytes += size;
  }
  return bytes;
}

async function findAll(
  ctx: CoreContext,
  names: readonly string[],
  user: User,
): Promise<{ readonly found: Map<string, EntrySummary>; readonly missing: string[] }> {
  const found = new Map<string, EntrySummary>();
  const missing: string[] = [];
  for (const name of names) {
    try {
      const entry = await requireReadable(ctx, name, user);
      found.set(entry.key, entry);
    } catch (error) {
      if (!isModelkeepError(error) || error.code === 'storage-failed') throw error;
      missing.push(name);
    }
  }
  return { found, missing };
}

export async function previewRemoval(
  ctx: CoreContext,
  names: readonly string[],
  user: User = ctx.user,
): Promise<RemovalPreview> {
  const { found, missing } = await findAll(ctx, names, user);
  const keys = new Set(found.keys());
  const together = new Map<string, readonly Snapshot[]>();
  for (const { modelId } of found.values()) {
    if (!together.has(modelId)) together.set(modelId, await snapshotsThatGo(ctx, modelId, keys));
  }
  const all = [...together.values()].flat();
  const alone = new Map<string, readonly Snapshot[]>();
  for (const { key, modelId } of found.values()) {
    alone.set(key, await snapshotsThatGo(ctx, modelId, new Set([key])));
  }
  const digests = new Set(
    [...all, ...[...alone.values()].flat()].flatMap((snapshot) => [...sizesOf([snapshot]).keys()]),
  );
  const users = await ctx.metadata.blobUsers([...digests]);
  return {
    models: [...found.values()].map(({ key, sizeInBytes, pinned, lastUsed }) => ({
      key,
      sizeInBytes,
      exclusiveBytes: freedBy(alone.get(key) ?? [], users),
      pinned,
      ...(lastUsed === undefined ? {} : { lastUsed }),
    })),
    missing,
    freedBytes: freedBy(all, users),
  };
}
