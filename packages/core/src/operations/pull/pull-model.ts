import type { CacheEventListener } from '../../api/events.ts';
import type { Connection, DownloadOptions } from '../../api/options.ts';
import type { PullResult } from '../../api/results.ts';
import type { CoreContext } from '../../context.ts';
import { flightId } from '../../fetch/fetch-target.ts';
import { beginIngest } from '../../leases/ingest.ts';
import { fileFilter } from '../../names/globs.ts';
import { displayName, isCommit, type ModelRef, parseModelName } from '../../names/model-name.ts';
import { noteRestriction } from '../../serving/check-may-read.ts';
import { keepCommitObject } from '../../snapshots/commit-objects.ts';
import { listedFile } from '../../snapshots/listed-file.ts';
import { isModelkeepError, ModelkeepError } from '../../spi/errors.ts';
import type { BlobRecord } from '../../spi/metadata-store.ts';
import type { Entry, EntrySummary, Snapshot, SnapshotFile } from '../../spi/model.ts';
import type { RemoteFile, ResolvedModel } from '../../spi/model-source.ts';
import { safeListener } from '../../util/event-sender.ts';
import { Progress } from '../../util/progress.ts';
import { chooseConnection } from '../choose-connection.ts';
import { findEntry, withCheckout, withFolder } from '../find-model.ts';
import { setRoomAside } from '../room-to-remove.ts';
import { requireSnapshot } from '../snapshots.ts';
import { storeSnapshot } from '../store-snapshot.ts';
import { addedContents } from './added-contents.ts';
import { bindRevision, type ChosenFiles, chooseFiles } from './bind-revision.ts';
import { fetchBlobs } from './fetch-blobs.ts';
import { keptUnder } from './kept-under.ts';
import { makeEntry } from './make-entry.ts';
import { planBlobs } from './plan-blobs.ts';

/** A garbage collection may take a blob between look-up and commit; more than a few times would be a fault. */
const MAX_ROUNDS = 4;

interface PullJob {
  /** The entry as it was before the source was asked. */
  readonly before: EntrySummary | undefined;
  readonly ref: ModelRef;
  readonly connection: Connection;
  readonly options: DownloadOptions;
  readonly onEvent: CacheEventListener;
}

/** Whether the entry has every file that the patterns ask for. */
async function satisfies(
  ctx: CoreContext,
  entry: EntrySummary,
  options: Pick<DownloadOptions, 'include' | 'exclude'>,
): Promise<boolean> {
  if (entry.complete) return true;
  const wanted = fileFilter(options.include, options.exclude);
  const { omitted } = await requireSnapshot(ctx, entry);
  return !omitted.some(({ path }) => wanted(path));
}

function keptFile(file: RemoteFile, record: BlobRecord): SnapshotFile {
  return { ...listedFile(file), digest: record.digest };
}

/** Fetches what is absent and stores the snapshot. */
async function fetchAndStore(
  ctx: CoreContext,
  job: PullJob,
  resolved: ResolvedModel,
  files: ChosenFiles,
): Promise<{ readonly fetchedBytes: number; readonly fetchedFiles: number }> {
  const { onEvent, options } = job;
  const plan = await planBlobs(ctx, files.kept);
  const totalBytes = files.kept.reduce((sum, { size }) => sum + size, 0);
  const present = files.kept.filter((file) => plan.records.has(flightId(file)));
  const presentBytes = present.reduce((sum, { size }) => sum + size, 0);
  const neededBytes = plan.needed.reduce((sum, { file }) => sum + file.size, 0);
  const partialBytes = plan.needed.reduce((sum, blob) => sum + blob.partialBytes, 0);
  if (options.layOut !== false) await ctx.tier?.makeRoom(0, totalBytes);
  onEvent({
    type: 'planned',
    totalFiles: files.kept.length,
    totalBytes,
    presentFiles: present.length,
    presentBytes: presentBytes + partialBytes,
  });

  await using ingest = await beginIngest(ctx, neededBytes - partialBytes, {
    modelId: job.ref.modelId,
    connection: job.connection.name,
    addedBytes: neededBytes,
    contents: await addedContents(ctx, job.connection.name, files.kept, plan.records),
    onEvent,
    signal: options.signal,
  });
  // Equal files are fetched once: the bar counts contents, not names.
  const progress = new Progress(onEvent, {
    totalBytes: presentBytes + neededBytes,
    totalFiles: present.length + plan.needed.length,
    presentBytes,
    presentFiles: present.length,
  });
  const fetchJob = {
    connection: job.connection,
    resolved,
    ingest,
    progress,
    onEvent,
    signal: options.signal,
  };
  const figures = { fetchedBytes: 0, fetchedFiles: 0 };
  let { needed } = plan;
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const fetched = await fetchBlobs(ctx, needed, fetchJob, (id, record) =>
      plan.records.set(id, record),
    );
    figures.fetchedBytes += fetched.bytes;
    figures.fetchedFiles += fetched.files;
    const kept = files.kept.map((file) =>
      keptFile(file, plan.records.get(flightId(file)) as BlobRecord),
    );
    const snapshot: Snapshot = {
      modelId: job.ref.modelId,
      commit: resolved.commit,
      derived: false,
      files: kept,
      omitted: files.omitted.map(listedFile),
      createdAt: Date.now(),
    };
    const entry = await makeEntry(
      ctx,
      job.ref,
      resolved,
      snapshot,
      job.connection.name,
      options.user ?? ctx.user,
    );
    const { missing } = await storeSnapshot(ctx, snapshot, () => ifNewest(ctx, entry, job), ingest);
    if (missing.length === 0) {
      await setRoomAside(ctx);
      progress.end();
      return figures;
    }
    const gone = new Set(missing);
    const again = files.kept.filter((file) =>
      gone.has((plan.records.get(flightId(file)) as BlobRecord).digest),
    );
    needed = (await planBlobs(ctx, again)).needed;
  }
  throw new ModelkeepError(
    'conflict',
    `blobs of ${displayName(job.ref)} keep being removed while it is stored; try again`,
    { retryable: true },
  );
}

/**
 * The entry, or undefined if it would go back: where somebody else moved it since the source was asked, only the source,
 * asked again, knows whose commit is the newer one.
 */
async function ifNewest(
  { metadata }: CoreContext,
  entry: Entry,
  { before, connection, options: { signal } }: PullJob,
): Promise<Entry | undefined> {
  const { key, modelId, revision, commit } = entry;
  const now = await metadata.getEntry(key);
  const isOurs = now === undefined || now.commit === commit;
  const isUnmoved =
    now?.key === before?.key &&
    now?.commit === before?.commit &&
    now?.downloadDate === before?.downloadDate;
  if (isOurs || isUnmoved) return entry;
  const newest = await connection.source.resolve(modelId, revision, signal ? { signal } : {});
  return newest.commit === commit ? entry : undefined;
}

/** An upstream that is away, slow or refusing never hurts what is cached. */
function mayFallBack(error: unknown): error is ModelkeepError {
  return (
    isModelkeepError(error, 'source-unavailable') ||
    isModelkeepError(error, 'rate-limited') ||
    isModelkeepError(error, 'offline')
  );
}

async function result(
  ctx: CoreContext,
  ref: ModelRef,
  { layOut = true }: Pick<DownloadOptions, 'layOut'>,
  figures: Pick<PullResult, 'fetchedBytes' | 'fetchedFiles' | 'stale'>,
): Promise<PullResult> {
  const entry = await findEntry(ctx, ref);
  if (entry === undefined)
    throw new ModelkeepError('conflict', `${displayName(ref)} was removed while it was fetched`, {
      retryable: true,
    });
  return { ...(await (layOut ? withCheckout : withFolder)(ctx, entry)), ...figures };
}

export async function pullModel(
  ctx: CoreContext,
  name: string,
  options: DownloadOptions = {},
): Promise<PullResult> {
  const asked = parseModelName(name);
  const onEvent = safeListener(options.onEvent);
  const cached = await findEntry(ctx, asked);
  const usable = cached !== undefined && (await satisfies(ctx, cached, options));
  const nothingFetched = { fetchedBytes: 0, fetchedFiles: 0 };
  // A commit never changes, so there is nothing to ask for.
  if (usable && isCommit(asked.revision))
    return result(ctx, asked, options, { ...nothingFetched, stale: false });
  const asCached = (why: string): Promise<PullResult> => {
    const message = `using what is cached of ${displayName(asked)}, as ${why}`;
    onEvent({ type: 'warning', message });
    return result(ctx, asked, options, { ...nothingFetched, stale: true });
  };
  if (ctx.offline) {
    if (usable) return asCached('this cache is offline');
    throw new ModelkeepError(
      'offline',
      `${displayName(asked)} is not in the cache, and this cache is offline`,
      { details: { modelId: asked.modelId } },
    );
  }
  const connection = chooseConnection(
    ctx,
    asked.modelId,
    options.connection,
    options.user ?? ctx.user,
  );
  const asking = { ...ctx.retries, onEvent, signal: options.signal };
  let resolved: ResolvedModel;
  try {
    // When there is something to fall back to, nobody should wait for an upstream that is away.
    resolved = await bindRevision(connection, asked, usable ? { ...asking, attempts: 1 } : asking);
  } catch (error) {
    if (!usable || !mayFallBack(error)) throw error;
    return asCached(`its source could not be asked: ${error.message}`);
  }
  const ref = keptUnder(asked, resolved);
  await noteRestriction(ctx, ref.modelId, resolved);
  // An import is what its maker says; the first pull of it makes it what the source says.
  const isImport = cached !== undefined && cached.connection === undefined;
  const unchanged =
    usable && !isImport && cached.commit === resolved.commit && cached.key === ref.key;
  if (unchanged) return result(ctx, ref, options, { ...nothingFetched, stale: false });
  const files = await chooseFiles(connection, resolved, options, asking);
  const { modelId, commit } = resolved;
  const { signal } = options;
  ctx.background(
    keepCommitObject(ctx, connection.source, modelId, commit, signal ? { signal } : {}),
  );
  const figures = await fetchAndStore(
    ctx,
    { before: cached, ref, connection, options, onEvent },
    resolved,
    files,
  );
  const shown = await ctx.metadata.getEntry(ref.key);
  if (shown === undefined || shown.commit === commit)
    return result(ctx, ref, options, { ...figures, stale: false });
  // The branch moved on meanwhile.
  const newer = await pullModel(ctx, name, options);
  return {
    ...newer,
    fetchedBytes: newer.fetchedBytes + figures.fetchedBytes,
    fetchedFiles: newer.fetchedFiles + figures.fetchedFiles,
  };
}

export async function downloadModel(
  ctx: CoreContext,
  name: string,
  options: DownloadOptions = {},
): Promise<PullResult> {
  const ref = parseModelName(name);
  const cached = await findEntry(ctx, ref);
  if (cached !== undefined && (await satisfies(ctx, cached, options))) {
    const folder = await (options.layOut === false ? withFolder : withCheckout)(ctx, cached);
    return { ...folder, fetchedBytes: 0, fetchedFiles: 0, stale: false };
  }
  return pullModel(ctx, name, options);
}
