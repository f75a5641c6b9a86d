import { isDeepStrictEqual } from 'node:util';
import type { VerifyProblem } from '../../api/results.ts';
import { alone, keepingOf } from '../../leases/alone.ts';
import { entryManifestKey, snapshotManifestKey } from '../../names/store-keys.ts';
import { entryOf } from '../../snapshots/entry-of.ts';
import {
  type Manifest,
  readManifest,
  writeEntryManifest,
  writeSnapshotManifest,
} from '../../snapshots/manifest.ts';
import { isModelkeepError } from '../../spi/errors.ts';
import type { Entry, Snapshot } from '../../spi/model.ts';
import { type VerifyRun, warn } from './verify-run.ts';

type ManifestState = 'right' | 'behind' | { readonly found: string };

async function read(run: VerifyRun, key: string): Promise<Manifest | { readonly found: string }> {
  try {
    if ((await run.ctx.storage.stat(key)) === undefined) return { found: 'nothing' };
    return await readManifest(run.ctx.storage, key);
  } catch (error) {
    run.signal?.throwIfAborted();
    if (!isModelkeepError(error) || error.code === 'store-incompatible') throw error;
    return { found: error.message };
  }
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** A manifest is written before the index: one that has more files than the index is what a crash in between leaves. */
function compareSnapshot(
  manifest: Manifest | { found: string },
  snapshot: Snapshot,
): ManifestState {
  if ('found' in manifest) return manifest;
  if (manifest.kind !== 'snapshot') return { found: 'a manifest of an entry' };
  const found = manifest.snapshot;
  if (isDeepStrictEqual(plain(found), plain(snapshot))) return 'right';
  const contents = new Map(found.files.map(({ path, digest }) => [path, digest]));
  const more =
    found.modelId === snapshot.modelId &&
    found.commit === snapshot.commit &&
    snapshot.files.every(({ path, digest }) => contents.get(path) === digest);
  return more ? 'behind' : { found: 'a manifest of other files' };
}

/** Use is noted in the index alone, so it does not count. */
function compareEntry(manifest: Manifest | { found: string }, entry: Entry): ManifestState {
  if ('found' in manifest) return manifest;
  if (manifest.kind !== 'entry' || manifest.entry.key !== entry.key)
    return { found: 'a manifest of something else' };
  const facts = ({ lastUsed: _used, lastUsedBy: _by, ...rest }: Entry): unknown => plain(rest);
  return isDeepStrictEqual(facts(manifest.entry), facts(entry)) ? 'right' : 'behind';
}

/** From the index as it is now: somebody may have stored more, or removed it, since it was looked at. */
async function rewriteSnapshot({ ctx }: VerifyRun, { modelId, commit }: Snapshot): Promise<void> {
  await alone(ctx, keepingOf(modelId), async () => {
    const snapshot = await ctx.metadata.getSnapshot(modelId, commit);
    if (snapshot !== undefined) await writeSnapshotManifest(ctx.storage, snapshot);
  });
}

async function rewriteEntry({ ctx }: VerifyRun, { key, modelId }: Entry): Promise<void> {
  await alone(ctx, keepingOf(modelId), async () => {
    const entry = await ctx.metadata.getEntry(key);
    if (entry !== undefined) await writeEntryManifest(ctx.storage, entryOf(entry));
  });
}

async function settle(
  run: VerifyRun,
  snapshot: Snapshot,
  path: string,
  state: ManifestState,
  repair: (() => Promise<void>) | undefined,
): Promise<void> {
  if (state === 'right') return;
  let reason: string | undefined;
  try {
    await repair?.();
  } catch (error) {
    run.signal?.throwIfAborted();
    reason = (error as Error).message;
  }
  const repaired = repair !== undefined && reason === undefined;
  if (state === 'behind') {
    const advice = repaired ? 'written anew' : 'modelkeep verify --repair writes it anew';
    warn(run, `${path} is not up to date, as after an interrupted call: ${advice}`);
    return;
  }
  const { modelId, commit } = snapshot;
  const problem: VerifyProblem = {
    kind: 'manifest-missing',
    modelId,
    commit,
    path,
    found: state.found,
    repaired,
  };
  run.problems.push(reason === undefined ? problem : { ...problem, reason });
}

/** Compares the manifests of a snapshot and of the entries that point at it with the index. `busy`: somebody is storing a model, and may just be writing one. */
export async function checkManifests(
  run: VerifyRun,
  snapshot: Snapshot,
  entries: readonly Entry[],
  options: { readonly repair: boolean; readonly busy: () => Promise<boolean> },
): Promise<void> {
  const { repair, busy } = options;
  const snapshotKey = snapshotManifestKey(snapshot.modelId, snapshot.commit);
  const state = compareSnapshot(await read(run, snapshotKey), snapshot);
  if (state !== 'behind' || !(await busy()))
    await settle(
      run,
      snapshot,
      snapshotKey,
      state,
      repair ? () => rewriteSnapshot(run, snapshot) : undefined,
    );
  for (const entry of entries) {
    const key = entryManifestKey(entry.modelId, entry.revision);
    const found = compareEntry(await read(run, key), entry);
    if (found === 'behind' && (await busy())) continue;
    await settle(run, snapshot, key, found, repair ? () => rewriteEntry(run, entry) : undefined);
  }
}
