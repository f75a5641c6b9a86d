import { rm } from 'node:fs/promises';
import type { CacheEventListener } from '../../api/events.ts';
import type { ImportPreview } from '../../api/inspection.ts';
import type { FolderInput, ImportOptions } from '../../api/options.ts';
import type { ImportResult } from '../../api/results.ts';
import type { ArchivePlan } from '../../archives/archive-plan.ts';
import type { CoreContext } from '../../context.ts';
import { beginIngest, type Ingest } from '../../leases/ingest.ts';
import { displayName } from '../../names/model-name.ts';
import type { ArchiveInput } from '../../spi/archive-format.ts';
import { ModelkeepError } from '../../spi/errors.ts';
import type { Digest, Snapshot } from '../../spi/model.ts';
import { stagingFolder } from '../../staging/partial-folder.ts';
import { safeListener } from '../../util/event-sender.ts';
import { makeFolder } from '../../util/make-folder.ts';
import { findEntry, withCheckout, withFolder } from '../find-model.ts';
import { storeSnapshot } from '../store-snapshot.ts';
import { bareModelEntries } from './bare-model.ts';
import { checkReplace, checkSameCommit, checkSpelling } from './check-against-cache.ts';
import { checkContents, type ProvedModel } from './check-contents.ts';
import { describeImport } from './describe-import.ts';
import { entryOfArchive } from './entry-of-archive.ts';
import { checkFits } from './fit-checkout.ts';
import { type FolderEntry, folderEntries } from './folder-entries.ts';
import { openArchive } from './open-archive.ts';
import { publishContents } from './publish-contents.ts';
import type { StagedContent } from './staged-content.ts';
import { Stager } from './stager.ts';
import { takeIn } from './take-in.ts';

/** A garbage collection may take what the store had already before the commit; more than a few times would be a fault. */
const MAX_ROUNDS = 4;

interface ImportJob {
  readonly ingest: Ingest;
  readonly folder: string;
  readonly options: ImportOptions;
  readonly onEvent: CacheEventListener;
}

function contentsOf(model: ProvedModel): Map<Digest, StagedContent> {
  return new Map(model.files.map(({ file, content }) => [file.digest, content]));
}

/** From here on everything was checked. */
async function store(
  ctx: CoreContext,
  job: ImportJob,
  plan: ArchivePlan,
  model: ProvedModel,
): Promise<{ readonly count: number; readonly bytes: number }> {
  const { signal, user = ctx.user } = job.options;
  const snapshot: Snapshot = {
    modelId: plan.ref.modelId,
    commit: model.commit,
    derived: model.derived,
    files: model.files.map(({ file }) => file),
    omitted: plan.omitted,
    createdAt: Date.now(),
  };
  const before = await ctx.metadata.getEntry(plan.ref.key);
  const entry = entryOfArchive(plan, model.commit, before, user);
  const contents = contentsOf(model);
  const added = { count: 0, bytes: 0 };
  await job.ingest.reserve(0, snapshot.files);
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const { count, bytes } = await publishContents(ctx, contents, signal);
    added.count += count;
    added.bytes += bytes;
    signal?.throwIfAborted();
    const { missing } = await storeSnapshot(ctx, snapshot, entry, job.ingest);
    if (missing.length === 0) return added;
  }
  throw new ModelkeepError(
    'conflict',
    `blobs of ${displayName(plan.ref)} were removed while it was imported; try again`,
    { retryable: true },
  );
}

interface Proved {
  readonly plan: ArchivePlan;
  readonly model: ProvedModel;
}

/** Reads all of it, and makes every check. With `keep` the contents lie staged afterwards. */
async function proveArchive(
  ctx: CoreContext,
  job: ImportJob,
  input: ArchiveInput | FolderInput,
  keep: boolean,
): Promise<Proved> {
  const { signal, replace = true } = job.options;
  const entries =
    'folder' in input ? entriesOf(input) : openArchive(ctx.archives, input, job.folder, signal);
  const stager = new Stager(ctx.hashing, job.folder, signal, keep);
  let plan: ArchivePlan;
  let model: ProvedModel;
  try {
    const archivePath = 'folder' in input ? undefined : input.path;
    plan = await takeIn(entries, archivePath, stager, job.ingest, job.onEvent, signal);
    model = await checkContents(plan, await stager.finish(), ctx.hashing);
  } finally {
    await stager.settle();
  }
  const paths = model.files.map(({ file }) => file.path);
  await checkSpelling(ctx, plan);
  await checkReplace(ctx, plan, model.commit, replace);
  await checkSameCommit(ctx, plan, model);
  await checkFits(paths, job.folder);
  return { plan, model };
}

function entriesOf({ folder, model }: FolderInput): AsyncIterable<FolderEntry> {
  return model === undefined ? folderEntries(folder) : bareModelEntries(folder, model);
}

async function importInto(
  ctx: CoreContext,
  job: ImportJob,
  input: ArchiveInput | FolderInput,
): Promise<ImportResult> {
  const { plan, model } = await proveArchive(ctx, job, input, true);
  const added = await store(ctx, job, plan, model);
  const entry = await findEntry(ctx, plan.ref);
  if (entry === undefined) {
    throw new ModelkeepError(
      'conflict',
      `${displayName(plan.ref)} was removed while it was imported`,
      { retryable: true },
    );
  }
  for (const message of plan.warnings) job.onEvent({ type: 'warning', message });
  return {
    ...(await (job.options.layOut === false ? withFolder : withCheckout)(ctx, entry)),
    addedFiles: added.count,
    addedBytes: added.bytes,
    derived: model.derived,
    warnings: plan.warnings,
  };
}

/** Works in a staging folder of its own, which is gone afterwards. */
async function withJob<T>(
  ctx: CoreContext,
  options: ImportOptions,
  previewOnly: boolean,
  work: (job: ImportJob) => Promise<T>,
): Promise<T> {
  options.signal?.throwIfAborted();
  const { signal, onEvent } = options;
  await using ingest = await beginIngest(ctx, 0, {
    previewOnly,
    signal,
    ...(onEvent === undefined ? {} : { onEvent: safeListener(onEvent) }),
  });
  const folder = stagingFolder(ctx.workspace, ingest.id);
  try {
    await makeFolder(folder, 0o700);
    return await work({ ingest, folder, options, onEvent: safeListener(options.onEvent) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Imports an archive or an unpacked folder. All or nothing: until every check has passed, nothing is visible, and then all is. */
export function importModel(
  ctx: CoreContext,
  input: ArchiveInput | FolderInput,
  options: ImportOptions = {},
): Promise<ImportResult> {
  return withJob(ctx, options, false, (job) => importInto(ctx, job, input));
}

/** What the import would do: every check, and nothing stored. */
export function previewImport(
  ctx: CoreContext,
  input: ArchiveInput | FolderInput,
  options: ImportOptions = {},
): Promise<ImportPreview> {
  return withJob(ctx, options, true, async (job) => {
    const { plan, model } = await proveArchive(ctx, job, input, false);
    return describeImport(ctx, plan, model);
  });
}
