import { rm } from 'node:fs/promises';
import type { VerifyOptions } from '../../api/options.ts';
import type { VerifyReport } from '../../api/results.ts';
import type { CoreContext } from '../../context.ts';
import { beginIngest } from '../../leases/ingest.ts';
import { blobKey } from '../../names/store-keys.ts';
import type { BlobRecord } from '../../spi/metadata-store.ts';
import type { Digest } from '../../spi/model.ts';
import { stagingFolder } from '../../staging/partial-folder.ts';
import { safeListener } from '../../util/event-sender.ts';
import { makeFolder } from '../../util/make-folder.ts';
import { Progress } from '../../util/progress.ts';
import { restoreIndexIfLost } from '../rebuild-index.ts';
import { BlobChecker } from './check-blobs.ts';
import { checkLeftManifests, checkUnknownObjects, isBusy } from './check-leftovers.ts';
import { checkStructure, type StructureOptions } from './check-structure.ts';
import { type Chosen, chooseSnapshots } from './choose-snapshots.ts';
import { forgetRemoved } from './forget-removed.ts';
import { blobProblems, repairBlobs } from './repair-blobs.ts';
import { type Place, type VerifyRun, warn } from './verify-run.ts';

const BATCH = 1000;

/** All contents that the chosen snapshots use, in portions over several snapshots, so that small models do not wait for each other. */
async function checkContents(run: VerifyRun, chosen: Chosen, checker: BlobChecker): Promise<void> {
  let places: Place[] = [];
  for await (const snapshot of chosen.snapshots()) {
    run.signal?.throwIfAborted();
    places.push(...snapshot.files.map((file) => ({ snapshot, file })));
    if (places.length < BATCH) continue;
    await checker.checkPlaces(places);
    places = [];
  }
  await checker.checkPlaces(places);
}

/** Blobs that no snapshot uses. */
async function checkUnused(run: VerifyRun, checker: BlobChecker): Promise<void> {
  let records: BlobRecord[] = [];
  for await (const record of run.ctx.metadata.listBlobs()) {
    run.signal?.throwIfAborted();
    if (record.deleting || record.referenced || checker.has(record.digest)) continue;
    records.push(record);
    if (records.length < BATCH) continue;
    await checker.checkRecords(records, blobKey);
    records = [];
  }
  await checker.checkRecords(records, blobKey);
}

/** Other models that share a blob which was replaced have links to the damaged one. */
async function repairSharers(
  run: VerifyRun,
  repaired: ReadonlySet<Digest>,
  options: StructureOptions,
): Promise<void> {
  if (repaired.size === 0) return;
  const all = await chooseSnapshots(run.ctx, undefined, run.signal);
  for await (const snapshot of all.snapshots()) {
    const shares = snapshot.files.some(({ digest }) => digest && repaired.has(digest));
    if (shares) await checkStructure(run, snapshot, options);
  }
}

async function verify(
  run: VerifyRun,
  chosen: Chosen,
  options: { readonly whole: boolean; readonly staging: string | undefined; ingest?: string },
): Promise<BlobChecker> {
  const { whole, staging } = options;
  const checker = new BlobChecker(run);
  await checkContents(run, chosen, checker);
  if (whole) await checkUnused(run, checker);
  await forgetRemoved(run, checker);
  const reasons = staging === undefined ? undefined : await repairBlobs(run, checker.bad, staging);
  const stillBad = new Set(reasons === undefined ? checker.bad.keys() : reasons.keys());
  for (const blob of checker.bad.values()) run.problems.push(...blobProblems(blob, reasons));

  let wasBusy = false;
  const busy = async (): Promise<boolean> => {
    const found = await isBusy(run.ctx, options.ingest);
    wasBusy ||= found;
    return found;
  };
  const structure: StructureOptions = { staging, bad: stillBad, busy };
  const checked = new Set<string>();
  for await (const snapshot of chosen.snapshots()) {
    run.signal?.throwIfAborted();
    checked.add(`${snapshot.modelId}@${snapshot.commit}`);
    await checkStructure(run, snapshot, structure);
  }
  if (whole) {
    const unused = await checkUnknownObjects(run, { repair: staging !== undefined, busy });
    const isRestored = await checkLeftManifests(run, { repair: staging !== undefined, busy });
    // What was brought back may use them.
    if (unused > 0 && !isRestored)
      warn(run, `${unused} stored contents are used by nothing: modelkeep gc removes them`);
  } else if (staging !== undefined) {
    const repaired = [...checker.bad.keys()].filter((digest) => !stillBad.has(digest));
    await repairSharers(run, new Set(repaired), structure);
  }
  if (wasBusy) {
    const again = staging === undefined ? 'verify' : 'verify --repair';
    warn(
      run,
      `a model is being stored at this moment, so that what may be of it was left alone: run modelkeep ${again} again when that is done`,
    );
  }
  return checker;
}

/**
 * Proves that what is kept is what was stored: contents (each read once, several at a time), checkouts, manifests, and,
 * for the whole store, that nothing else lies there. Without `repair` it only reads, but for noting what it proved.
 *
 * What an interrupted call leaves and the next one tidies up (a folder that is not laid out, a content without a user) is
 * told by a `warning`, and is no problem.
 */
export async function verifyModels(
  ctx: CoreContext,
  options: VerifyOptions = {},
): Promise<VerifyReport> {
  const { models, quick = false, repair = false, signal } = options;
  const onEvent = safeListener(options.onEvent);
  signal?.throwIfAborted();
  await restoreIndexIfLost(ctx);
  const chosen = await chooseSnapshots(ctx, models, signal);
  const { count: totalFiles, bytes: totalBytes } = chosen.contents;
  onEvent({ type: 'planned', totalFiles, totalBytes, presentFiles: 0, presentBytes: 0 });
  const progress = new Progress(onEvent, { totalFiles, totalBytes });
  const run: VerifyRun = {
    ctx,
    full: !quick,
    user: options.user ?? ctx.user,
    signal,
    onEvent,
    progress,
    problems: [],
    warnings: [],
  };
  const whole = models === undefined;
  let checker: BlobChecker;
  if (repair) {
    await using ingest = await beginIngest(ctx, 0, { isLinking: true, signal });
    const staging = stagingFolder(ctx.workspace, ingest.id);
    await makeFolder(staging);
    try {
      checker = await verify(run, chosen, { whole, staging, ingest: ingest.id });
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  } else {
    checker = await verify(run, chosen, { whole, staging: undefined });
  }
  progress.end();
  return {
    models: chosen.models,
    checkedFiles: checker.files,
    checkedBytes: checker.bytes,
    full: run.full,
    problems: run.problems,
    warnings: run.warnings,
  };
}
