import { randomUUID } from 'node:crypto';
import type {
  CopiedCollection,
  CopyOptions,
  CopyReport,
  CopyTally,
  StoreBackends,
} from '../../api/copying.ts';
import type { CoreContext } from '../../context.ts';
import { BINDINGS } from '../../serving/binding.ts';
import { RESTRICTED } from '../../serving/check-may-read.ts';
import { GIT_BRANCHES, GIT_PARENTS } from '../../serving/create-git-history.ts';
import { LISTINGS } from '../../serving/listings.ts';
import { COMMIT_OBJECTS } from '../../snapshots/commit-objects.ts';
import { ModelkeepError } from '../../spi/errors.ts';
import type { BlobRecord } from '../../spi/metadata-store.ts';
import { requireStore } from '../../store-layout.ts';
import { forEachLimit } from '../../util/concurrency.ts';
import { safeListener } from '../../util/event-sender.ts';
import { Progress } from '../../util/progress.ts';
import { BlobCopier } from './blob-copier.ts';
import { copyModel } from './copy-model.ts';
import { copyRecords } from './copy-records.ts';
import { add, type CopyPlace, type CopyRun } from './copy-run.ts';

const MODELS_AT_ONCE = 3;
const BATCH = 500;
const PROBE_MS = 10_000;

/** What guards reading comes first: no model may be seen before it. */
const OWN_RECORDS: readonly CopiedCollection[] = [
  ...[RESTRICTED, BINDINGS, LISTINGS, COMMIT_OBJECTS, GIT_BRANCHES].map((collection) => ({
    collection,
  })),
  // What git clients were told of a commit never changes.
  { collection: GIT_PARENTS, onDifference: 'ours' },
];

/** Two names of one index: a record would be its own copy. */
async function checkOtherIndex(from: StoreBackends, ctx: CoreContext): Promise<void> {
  const key = `copying/${randomUUID()}`;
  const owner = `${ctx.owner}/${key}`;
  await ctx.metadata.acquireLeases([key], { owner, ttlMs: PROBE_MS });
  try {
    if ((await from.metadata.listLeases(key)).length === 0) return;
  } finally {
    await ctx.metadata.releaseLeases(owner);
  }
  throw new ModelkeepError(
    'invalid-argument',
    `both stores have the same index (${ctx.metadata.name}): name another store to copy into, with a database of its own`,
  );
}

interface Plan {
  readonly modelIds: readonly string[];
  readonly models: number;
  readonly missing: CopyTally;
  readonly present: CopyTally;
}

async function planCopy({ from, ctx, signal }: CopyPlace): Promise<Plan> {
  const modelIds = new Set<string>();
  let models = 0;
  for await (const { modelId } of from.metadata.listEntries()) {
    modelIds.add(modelId);
    models += 1;
  }
  const missing = { count: 0, bytes: 0 };
  const present = { count: 0, bytes: 0 };
  let batch: BlobRecord[] = [];
  const flush = async (): Promise<void> => {
    signal?.throwIfAborted();
    const here = await ctx.metadata.getBlobs(batch.map(({ digest }) => digest));
    for (const { digest, size } of batch) add(here.has(digest) ? present : missing, size);
    batch = [];
  };
  for await (const record of from.metadata.listBlobs()) {
    if (!record.referenced || record.deleting) continue;
    batch.push(record);
    if (batch.length >= BATCH) await flush();
  }
  await flush();
  return { modelIds: [...modelIds], models, missing, present };
}

async function copyOpened(
  ctx: CoreContext,
  from: StoreBackends,
  options: CopyOptions,
): Promise<CopyReport> {
  const { signal, dryRun = false } = options;
  const onEvent = safeListener(options.onEvent);
  await checkOtherIndex(from, ctx);
  const place: CopyPlace = { from, ctx, dryRun, signal };
  const { modelIds, models, missing, present } = await planCopy(place);
  const totals = {
    totalFiles: missing.count + present.count,
    totalBytes: missing.bytes + present.bytes,
    presentFiles: present.count,
    presentBytes: present.bytes,
  };
  onEvent({ type: 'planned', ...totals });
  const run: CopyRun = {
    ...place,
    progress: new Progress(onEvent, totals),
    copied: { count: 0, bytes: 0 },
    linked: { count: 0, bytes: 0 },
    newer: [],
    problems: [],
  };
  const records = await copyRecords(place, [...OWN_RECORDS, ...(options.records ?? [])]);
  if (!dryRun) {
    const copier = new BlobCopier(run);
    await forEachLimit(modelIds, MODELS_AT_ONCE, (modelId) => copyModel(run, copier, modelId));
    run.progress.end();
  }
  const capacity = await ctx.storage.capacity?.(signal === undefined ? {} : { signal });
  return {
    dryRun,
    models,
    newer: run.newer.toSorted(),
    copied: dryRun ? missing : run.copied,
    linked: run.linked,
    present,
    records,
    problems: run.problems,
    ...(capacity === undefined ? {} : { freeBytes: capacity.freeBytes }),
  };
}

/**
 * Copies another store into this one: entries with all commits kept, contents, usage and pins, what sources said, and the
 * collections that `records` names. The other one is only read and may go on serving; contents are proved on their way in.
 *
 * What is here already stays, so a copy that broke off goes on when it is made again, and one that is made again brings
 * what has changed. A content that is damaged, or cannot be read, is named in `problems`: its model is stored without it.
 *
 * Opens and closes `from`. Fails with `invalid-argument` if there is no store, or if it is this one, and with `no-space`
 * before the first byte of a model that does not fit.
 */
export async function copyStore(
  ctx: CoreContext,
  from: StoreBackends,
  options: CopyOptions = {},
): Promise<CopyReport> {
  options.signal?.throwIfAborted();
  await from.storage.open();
  try {
    await requireStore(from.storage);
    await from.metadata.open();
    try {
      return await copyOpened(ctx, from, options);
    } finally {
      await from.metadata.close();
    }
  } finally {
    await from.storage.close();
  }
}
