import type { User } from '../api/options.ts';
import type { CachedModel } from '../api/results.ts';
import type { CoreContext } from '../context.ts';
import {
  hasRef,
  isLaidOut,
  markUnfinished,
  writeCheckout,
  writeRef,
} from '../hub-layout/checkout.ts';
import { checkoutFolder } from '../hub-layout/hub-paths.ts';
import { isBehind, markUsed } from '../hub-layout/note-laid-out.ts';
import { alone, keepingOf } from '../leases/alone.ts';
import {
  displayName,
  isCommit,
  type ModelRef,
  modelRef,
  parseModelName,
} from '../names/model-name.ts';
import { checkMayReadEntry } from '../serving/check-may-read.ts';
import { ModelkeepError } from '../spi/errors.ts';
import type { EntrySummary, Snapshot } from '../spi/model.ts';
import { restoreIndexIfLost } from './rebuild-index.ts';
import { requireSnapshot } from './snapshots.ts';

/** What a snapshot looks like that is asked for by its commit: an entry of the model, at that commit. */
function summaryOf(snapshot: Snapshot, ref: ModelRef, entry: EntrySummary): EntrySummary {
  return {
    ...entry,
    key: ref.key,
    revision: ref.revision,
    commit: snapshot.commit,
    metadata: {
      ...entry.metadata,
      commitHash: snapshot.commit,
      modelDefinition: { ...entry.metadata.modelDefinition, key: ref.key },
    },
    sizeInBytes: snapshot.files.reduce((sum, { size }) => sum + size, 0),
    fileCount: snapshot.files.length,
    createdAt: snapshot.createdAt,
    complete: snapshot.omitted.length === 0,
  };
}

async function lookUp(ctx: CoreContext, ref: ModelRef): Promise<EntrySummary | undefined> {
  const entry = await ctx.metadata.getEntry(ref.key);
  if (entry !== undefined || !isCommit(ref.revision)) return entry;
  const snapshot = await ctx.metadata.getSnapshot(ref.modelId, ref.revision);
  if (snapshot === undefined) return undefined;
  let entryOfModel: EntrySummary | undefined;
  for await (const sibling of ctx.metadata.listEntries({ modelId: ref.modelId }))
    if (sibling.commit === snapshot.commit) return summaryOf(snapshot, ref, sibling);
    else entryOfModel ??= sibling;
  return entryOfModel === undefined ? undefined : summaryOf(snapshot, ref, entryOfModel);
}

/** The Hub's names are unique when case is ignored: another spelling means the same model. */
async function lookUpAnyCase(ctx: CoreContext, ref: ModelRef): Promise<EntrySummary | undefined> {
  const exact = await lookUp(ctx, ref);
  if (exact !== undefined) return exact;
  const others = (await ctx.metadata.findModelIds(ref.modelId)).filter(
    (modelId) => modelId !== ref.modelId,
  );
  const [other] = others;
  return other === undefined || others.length > 1
    ? undefined
    : lookUp(ctx, modelRef(other, ref.revision));
}

function notCached(ref: ModelRef): ModelkeepError {
  const name = displayName(ref);
  return new ModelkeepError(
    'model-not-cached',
    `${name} is not in the cache; fetch it with: modelkeep pull ${name}`,
    {
      details: { modelId: ref.modelId, revision: ref.revision, command: `modelkeep pull ${name}` },
    },
  );
}

/** The entry of a name, or undefined. */
export async function findEntry(
  ctx: CoreContext,
  ref: ModelRef,
): Promise<EntrySummary | undefined> {
  return (
    (await lookUpAnyCase(ctx, ref)) ??
    ((await restoreIndexIfLost(ctx)) ? lookUpAnyCase(ctx, ref) : undefined)
  );
}

/** The entry of a name. Fails with `model-not-cached`, naming the command that would fetch it. */
export async function requireEntry(ctx: CoreContext, name: string): Promise<EntrySummary> {
  const ref = parseModelName(name);
  const entry = await findEntry(ctx, ref);
  if (entry === undefined) throw notCached(ref);
  return entry;
}

/** A crash may have come between a checkout and its ref. */
async function restoreRef(ctx: CoreContext, entry: EntrySummary): Promise<void> {
  const { key, modelId, revision, commit } = entry;
  if (await hasRef(ctx.workspace, modelId, revision, commit)) return;
  const now = await ctx.metadata.getEntry(key);
  if (now?.commit !== commit) return;
  // Nobody who reads needs it here: a folder that cannot be written to is no failure.
  await writeRef(ctx.workspace, modelId, revision, commit).catch(() => {});
}

/** Under the model's lease, by which a garbage collection knows that somebody lays out. */
async function layOut(ctx: CoreContext, entry: EntrySummary): Promise<void> {
  const snapshot = await requireSnapshot(ctx, entry);
  // The lease keeps other checkouts of the model from being evicted.
  await ctx.tier?.makeRoomFor(snapshot.files);
  await alone(ctx, keepingOf(entry.modelId), async () => {
    const now = await requireSnapshot(ctx, entry);
    // What another machine stored since is not here yet.
    await markUnfinished(ctx.workspace, entry.modelId, entry.commit);
    await writeCheckout(ctx, now);
    // That may have taken longer than a checkout is safe after its last use.
    if (ctx.tier !== undefined) await markUsed(ctx.workspace, entry);
  });
}

/** The entry with its folder; a checkout that a crash left unfinished, a user took away, or another machine has stored other files of, is laid out again. */
export async function withCheckout(ctx: CoreContext, entry: EntrySummary): Promise<CachedModel> {
  const path = checkoutFolder(ctx.workspace, entry.modelId, entry.commit);
  // Noted first: from then on it is not evicted.
  const isNoted = ctx.tier === undefined || (await markUsed(ctx.workspace, entry));
  const isHere = isNoted && (await isLaidOut(ctx.workspace, entry.modelId, entry.commit));
  if (!isHere || (await isBehind(ctx, entry))) await layOut(ctx, entry);
  await restoreRef(ctx, entry);
  return { ...entry, path };
}

/** The entry with its folder, which in a local tier is laid out for those only who ask for it. */
export async function withFolder(ctx: CoreContext, entry: EntrySummary): Promise<CachedModel> {
  if (ctx.tier === undefined) return withCheckout(ctx, entry);
  return { ...entry, path: checkoutFolder(ctx.workspace, entry.modelId, entry.commit) };
}

/** The entry of a name, if the user may read it: what is hidden from them is as if it were not here. */
export async function requireReadable(
  ctx: CoreContext,
  name: string,
  user: User,
): Promise<EntrySummary> {
  const entry = await requireEntry(ctx, name);
  await checkMayReadEntry(ctx, entry, user);
  return entry;
}

export async function findModel(
  ctx: CoreContext,
  name: string,
  user: User = ctx.user,
): Promise<CachedModel> {
  return withCheckout(ctx, await requireReadable(ctx, name, user));
}
