import type { CacheEventListener } from '../../api/events.ts';
import type { EvictionChoice, EvictionReport, EvictOptions } from '../../api/eviction.ts';
import type { CoreContext } from '../../context.ts';
import { alone, EVICTING } from '../../leases/alone.ts';
import { INGEST_PREFIX } from '../../leases/ingest.ts';
import { isModelkeepError, ModelkeepError } from '../../spi/errors.ts';
import { safeListener } from '../../util/event-sender.ts';
import { requireConnection } from '../choose-connection.ts';
import { collectUnreferenced } from '../collect-unreferenced.ts';
import { deletableBefore } from '../delete-blobs.ts';
import { restoreIndexIfLost } from '../rebuild-index.ts';
import { removeModel } from '../remove-model.ts';
import { type Candidate, type EvictionGoal, lastUseOf } from './candidates.ts';
import { type PlannedChoice, planEviction } from './plan-eviction.ts';

/** Who asked for a folder a moment ago may not have opened its files yet. */
export const DEFAULT_UNUSED_FOR_MS: number = 10 * 60 * 1000;
/** What was used or pinned meanwhile is replaced by others; more than a few times would be a fault. */
const MAX_ROUNDS = 3;

/** How one eviction is done. */
export interface EvictionRun {
  readonly dryRun: boolean;
  /** Evict nothing unless the goal can be reached. */
  readonly allOrNothing: boolean;
  readonly stillAlone: () => void;
  readonly onEvent: CacheEventListener;
  readonly signal: AbortSignal | undefined;
}

function goalOf(ctx: CoreContext, options: EvictOptions): EvictionGoal {
  const { connection, unusedForMs = DEFAULT_UNUSED_FOR_MS, imported = false } = options;
  const quota =
    connection === undefined ? ctx.quotaBytes : requireConnection(ctx, connection).quotaBytes;
  const targetBytes = options.toBytes ?? quota;
  if (targetBytes === undefined) {
    const whose = connection === undefined ? 'the store' : `the connection ${connection}`;
    throw new ModelkeepError(
      'invalid-argument',
      `${whose} has no quota: say how many bytes may be left (modelkeep evict --to SIZE)`,
    );
  }
  return { connection, targetBytes, unusedForMs, imported };
}

function changed(why: string): ModelkeepError {
  return new ModelkeepError('conflict', why);
}

/** Removes it if it still is as it was when it was chosen. Returns the bytes freed, or why it stays. */
async function evictOne(ctx: CoreContext, candidate: Candidate): Promise<number | string> {
  const { key, name, modelId, commit, entry, lastUsed } = candidate;
  try {
    const removed = await removeModel(ctx, name, async () => {
      const isHeld = await ctx.holds.held();
      if (isHeld(modelId)) throw changed('somebody began to use it');
      const now = await ctx.metadata.getEntry(key);
      if (entry === undefined) {
        if (now !== undefined) throw changed('it has an entry of its own by now');
        return;
      }
      if (now?.pinned === true) throw changed('it was pinned meanwhile');
      if (now?.commit !== commit || lastUseOf(now) !== lastUsed)
        throw changed('it was used meanwhile');
    });
    return removed.freedBytes;
  } catch (error) {
    // One that is damaged does not keep the others; a store that is away does.
    if (!isModelkeepError(error) || (error.code === 'storage-failed' && error.retryable))
      throw error;
    return error.message;
  }
}

/** Unreferenced bytes that may go: while something is being stored, some of them are its own. */
async function garbageBytes(ctx: CoreContext): Promise<number> {
  if ((await ctx.metadata.listLeases(INGEST_PREFIX)).length > 0) return 0;
  const { bytes, referencedBytes } = await ctx.metadata.blobTotals();
  return bytes - referencedBytes;
}

function shown({ candidate: _, ...choice }: PlannedChoice): EvictionChoice {
  return choice;
}

/** Does it, or tells what would be done. The caller is the only one who evicts. */
export async function runEviction(
  ctx: CoreContext,
  goal: EvictionGoal,
  { dryRun, allOrNothing, stillAlone, onEvent, signal }: EvictionRun,
): Promise<EvictionReport> {
  const { connection, targetBytes } = goal;
  const scope = connection === undefined ? {} : { connection };
  const usedBytes = await ctx.metadata.storedBytes(scope);
  const isOver = usedBytes > targetBytes;
  let unreferencedBytes = 0;
  if (isOver && connection === undefined) {
    unreferencedBytes = dryRun
      ? await garbageBytes(ctx)
      : (await collectUnreferenced(ctx, await deletableBefore(ctx), signal)).deleted.bytes;
  }
  const evicted: EvictionChoice[] = [];
  let freedBytes = unreferencedBytes;
  let needed = usedBytes - targetBytes - unreferencedBytes;
  for (let round = 1; ; round += 1) {
    const plan = await planEviction(ctx, goal, needed, signal);
    const kept = plan.choices.filter((choice) => !choice.evicted).map(shown);
    const report = { dryRun, ...scope, usedBytes, targetBytes, unreferencedBytes };
    if (dryRun)
      return {
        ...report,
        freedBytes: freedBytes + plan.freedBytes,
        choices: plan.choices.map(shown),
      };
    const going = plan.choices.filter((choice) => choice.evicted);
    const isFutile = allOrNothing && plan.freedBytes < needed;
    const refused: EvictionChoice[] = [];
    for (const [index, choice] of (isFutile ? [] : going).entries()) {
      signal?.throwIfAborted();
      stillAlone();
      const outcome = await evictOne(ctx, choice.candidate);
      if (typeof outcome === 'string') {
        refused.push({
          ...shown(choice),
          ...{ evicted: false, reason: 'changed', why: outcome, freedBytes: 0 },
        });
        continue;
      }
      // What a running download may use goes later: no further model has to go for that.
      needed -= choice.freedBytes;
      const freed = connection === undefined ? outcome : choice.freedBytes;
      freedBytes += freed;
      evicted.push({ ...shown(choice), freedBytes: freed });
      const { key, why } = choice;
      ctx.evictions.note({ key, freedBytes: outcome, why });
      const [doneFiles, totalFiles] = [index + 1, going.length];
      onEvent({ type: 'progress', doneBytes: freedBytes, doneFiles, totalFiles, active: [] });
    }
    if (refused.length > 0 && round < MAX_ROUNDS) continue;
    return { ...report, freedBytes, choices: [...evicted, ...refused, ...kept] };
  }
}

/** Evicts what was not used for longest until no more than the target is left, or nothing more may go. One at a time on a store. */
export async function evictModels(
  ctx: CoreContext,
  options: EvictOptions = {},
): Promise<EvictionReport> {
  const { dryRun = false, signal } = options;
  const goal = goalOf(ctx, options);
  const onEvent = safeListener(options.onEvent);
  await restoreIndexIfLost(ctx);
  const run = { dryRun, allOrNothing: false, onEvent, signal };
  if (dryRun) return runEviction(ctx, goal, { ...run, stillAlone: () => {} });
  return alone(
    ctx,
    EVICTING,
    (stillAlone) => runEviction(ctx, goal, { ...run, stillAlone }),
    signal,
  );
}
