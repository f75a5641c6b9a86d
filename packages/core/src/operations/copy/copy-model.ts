import { rm } from 'node:fs/promises';
import type { CopyProblem } from '../../api/copying.ts';
import { beginIngest, type Ingest } from '../../leases/ingest.ts';
import { contentId } from '../../leases/new-contents.ts';
import { bytesOf } from '../../leases/room-need.ts';
import { ModelkeepError } from '../../spi/errors.ts';
import type { Digest, Entry, EntrySummary, Snapshot, SnapshotFile } from '../../spi/model.ts';
import { stagingFolder } from '../../staging/partial-folder.ts';
import { forEachLimit } from '../../util/concurrency.ts';
import { makeFolder } from '../../util/make-folder.ts';
import { snapshotsOf } from '../snapshots.ts';
import { storeSnapshot } from '../store-snapshot.ts';
import type { BlobCopier, WantedContent } from './blob-copier.ts';
import { copyGuards } from './copy-guards.ts';
import type { CopyRun } from './copy-run.ts';
import { mergeEntry } from './merge-entry.ts';

const BLOBS_AT_ONCE = 6;
const LOOKS_AT_ONCE = 32;
/** A garbage collection may take a blob between copying and commit; more than a few times would be a fault. */
const MAX_ROUNDS = 4;

/** Contents of the snapshots that are not here. A record alone makes no content: somebody may have tidied up by hand. */
async function wantedContents(
  { from, ctx }: CopyRun,
  snapshots: readonly Snapshot[],
): Promise<readonly WantedContent[]> {
  const files = new Map<Digest, SnapshotFile>();
  for (const { files: all } of snapshots)
    for (const file of all) if (file.digest !== undefined) files.set(file.digest, file);
  const known = await ctx.metadata.getBlobs([...files.keys()]);
  const missing: (readonly [Digest, SnapshotFile])[] = [];
  await forEachLimit(files, LOOKS_AT_ONCE, async ([digest, file]) => {
    const record = known.get(digest);
    const isHere = record !== undefined && (await ctx.blobs.stat(digest))?.size === record.size;
    if (!isHere) missing.push([digest, file]);
  });
  const records = await from.metadata.getBlobs(missing.map(([digest]) => digest));
  return missing.map(([digest, file]) => ({
    digest,
    size: file.size,
    gitOid: records.get(digest)?.gitOid ?? file.gitOid,
    name: file.path,
    id: contentId(file),
  }));
}

/** Without the files that could not be had: they count as left out, so that a pull fetches them. */
function without(snapshot: Snapshot, refused: ReadonlyMap<Digest, string>): Snapshot {
  const isRefused = ({ digest }: SnapshotFile): boolean =>
    digest !== undefined && refused.has(digest);
  if (!snapshot.files.some(isRefused)) return snapshot;
  return {
    ...snapshot,
    files: snapshot.files.filter((file) => !isRefused(file)),
    omitted: [...snapshot.omitted, ...snapshot.files.filter(isRefused)],
  };
}

/** One model on its way, and the ends that it goes between. */
interface ModelCopy {
  readonly run: CopyRun;
  readonly copier: BlobCopier;
  readonly modelId: string;
  readonly refused: Map<Digest, string>;
}

async function copyContents(
  { run, copier, modelId, refused }: ModelCopy,
  wanted: readonly WantedContent[],
  ingest: Ingest,
): Promise<void> {
  const { ctx } = run;
  const staging = stagingFolder(ctx.workspace, ingest.id);
  await makeFolder(staging);
  let remaining = wanted.reduce((sum, { size }) => sum + size, 0);
  try {
    await forEachLimit(wanted, BLOBS_AT_ONCE, async (content) => {
      const name = `${modelId}/${content.name}`;
      const reason = await copier.copy({ ...content, name }, staging);
      if (reason !== undefined) refused.set(content.digest, reason);
      remaining -= content.size;
      ingest.setRemaining(remaining);
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Whether all of the snapshot is in the index here. */
async function isHere({ ctx }: CopyRun, snapshot: Snapshot): Promise<boolean> {
  const ours = await ctx.metadata.getSnapshot(snapshot.modelId, snapshot.commit);
  if (ours === undefined) return false;
  const paths = new Set(ours.files.map(({ path }) => path));
  return snapshot.files.every(({ path }) => paths.has(path));
}

/** What is to be stored of an entry of the other store as things are now. */
async function changeOf({ ctx, newer }: CopyRun, theirs: EntrySummary): Promise<Entry | undefined> {
  const merged = mergeEntry(theirs, await ctx.metadata.getEntry(theirs.key));
  if (merged === 'newer' && !newer.includes(theirs.key)) newer.push(theirs.key);
  return typeof merged === 'string' ? undefined : merged;
}

async function changedEntries(
  run: CopyRun,
  entries: readonly EntrySummary[],
): Promise<EntrySummary[]> {
  const changed: EntrySummary[] = [];
  for (const theirs of entries)
    if ((await changeOf(run, theirs)) !== undefined) changed.push(theirs);
  return changed;
}

/** Returns whether contents went away meanwhile. */
async function storeAll(
  { run, refused }: ModelCopy,
  snapshots: readonly Snapshot[],
  entries: readonly EntrySummary[],
  ingest: Ingest,
): Promise<boolean> {
  const { ctx, signal } = run;
  // Elsewhere a checkout is a copy: whoever asks for the model makes it.
  const layOut = ctx.storage.workspace === ctx.workspace;
  for (const whole of snapshots) {
    const snapshot = without(whole, refused);
    if (snapshot.files.length === 0 && whole.files.length > 0) continue;
    const changed = await changedEntries(
      run,
      entries.filter(({ commit }) => commit === snapshot.commit),
    );
    if (changed.length === 0 && (await isHere(run, snapshot))) continue;
    await copyGuards(run, snapshot);
    for (const theirs of changed.length === 0 ? [undefined] : changed) {
      signal?.throwIfAborted();
      // Asked again once nobody else changes the model: a pull may have come first.
      const entry = theirs && (() => changeOf(run, theirs));
      const { missing } = await storeSnapshot(ctx, snapshot, entry, ingest, { layOut });
      if (missing.length > 0) return true;
    }
  }
  return false;
}

function problemsOf(
  snapshots: readonly Snapshot[],
  refused: ReadonlyMap<Digest, string>,
): CopyProblem[] {
  return snapshots.flatMap(({ modelId, commit, files }) =>
    files.flatMap(({ path, digest }) => {
      const reason = digest === undefined ? undefined : refused.get(digest);
      return digest === undefined || reason === undefined
        ? []
        : [{ modelId, commit, path, digest, reason }];
    }),
  );
}

/** Copies all commits of one model, and the entries that point at them. A model that was removed meanwhile is none. */
export async function copyModel(run: CopyRun, copier: BlobCopier, modelId: string): Promise<void> {
  const { from, ctx, signal } = run;
  const copy: ModelCopy = { run, copier, modelId, refused: new Map() };
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    signal?.throwIfAborted();
    const entries = await Array.fromAsync(from.metadata.listEntries({ modelId }));
    if (entries.length === 0) return;
    const snapshots = (await snapshotsOf(from, modelId)).toReversed();
    const wanted = await wantedContents(run, snapshots);
    const contents = wanted.map(({ id, size }) => ({ id, bytes: size }));
    const need = { modelId, contents, isLinking: true, signal };
    await using ingest = await beginIngest(ctx, bytesOf(contents), need);
    await copyContents(copy, wanted, ingest);
    if (copy.refused.size > 0 && (await isOutdated(run, snapshots))) continue;
    if (await storeAll(copy, snapshots, entries, ingest)) continue;
    run.problems.push(...problemsOf(snapshots, copy.refused));
    return;
  }
  throw new ModelkeepError(
    'conflict',
    `${modelId} keeps being changed while it is copied; try again`,
    { retryable: true },
  );
}

/** Whether one of the snapshots was removed from the other store, and its contents with it. */
async function isOutdated({ from }: CopyRun, snapshots: readonly Snapshot[]): Promise<boolean> {
  for (const { modelId, commit } of snapshots)
    if ((await from.metadata.getSnapshot(modelId, commit)) === undefined) return true;
  return false;
}
