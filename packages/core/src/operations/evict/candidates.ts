import type { EvictionReason } from '../../api/eviction.ts';
import type { CoreContext } from '../../context.ts';
import { KEEPING_PREFIX, keepingOf } from '../../leases/alone.ts';
import { modelFilter } from '../../names/globs.ts';
import { displayName, modelRef } from '../../names/model-name.ts';
import type { EntrySummary, Snapshot } from '../../spi/model.ts';
import { formatAge } from '../../util/format-age.ts';
import { deletableBefore } from '../delete-blobs.ts';

/** What an eviction aims at. */
export interface EvictionGoal {
  readonly connection: string | undefined;
  readonly targetBytes: number;
  readonly unusedForMs: number;
  readonly imported: boolean;
}

/** Something that may be evicted: an entry, or an old commit that no entry points at. */
export interface Candidate {
  readonly key: string;
  /** By which it is removed. */
  readonly name: string;
  readonly modelId: string;
  readonly commit: string;
  /** Absent for an old commit. */
  readonly entry: EntrySummary | undefined;
  readonly lastUsed: number;
  /** How long ago that was, in words. */
  readonly age: string;
  /** Why it has to stay. */
  readonly refusal?: { readonly reason: EvictionReason; readonly why: string };
}

/** All that count for a goal, what was not used for longest first, and who keeps which snapshot. */
export interface Candidates {
  readonly sorted: readonly Candidate[];
  /** Keys of those that keep a snapshot, by {@link snapshotName}. */
  readonly keepers: ReadonlyMap<string, readonly string[]>;
}

export function snapshotName({ modelId, commit }: Pick<Snapshot, 'modelId' | 'commit'>): string {
  return `${modelId}@${commit}`;
}

/** Its last use, or when it was stored if that was later or no use was noted. */
export function lastUseOf({ lastUsed = 0, downloadDate }: EntrySummary): number {
  return Math.max(lastUsed, downloadDate);
}

/** Tells of models that somebody stores, reads or removes at this moment. */
async function inUse(ctx: CoreContext): Promise<(modelId: string) => boolean> {
  const held = await ctx.holds.held();
  const changing = new Set((await ctx.metadata.listLeases(KEEPING_PREFIX)).map(({ key }) => key));
  return (modelId) => held(modelId) || changing.has(keepingOf(modelId));
}

/** Tells why an entry could not be fetched again as things are, or undefined if it could. */
function whyNotFetchable(ctx: CoreContext): (entry: EntrySummary) => string | undefined {
  const filters = new Map(ctx.connections.map(({ name, models }) => [name, modelFilter(models)]));
  return ({ connection, modelId }) => {
    if (connection === undefined) return 'imported or adopted: no connection is known to have it';
    if (ctx.offline) return 'this cache is offline: it could not be fetched again';
    const enables = filters.get(connection);
    if (enables === undefined)
      return `there is no connection named ${connection} any more, through which it came`;
    return enables(modelId)
      ? undefined
      : `the connection ${connection}, through which it came, does not enable it any more`;
  };
}

export async function findCandidates(ctx: CoreContext, goal: EvictionGoal): Promise<Candidates> {
  const { connection, unusedForMs, imported } = goal;
  const isInUse = await inUse(ctx);
  const notedBefore = await deletableBefore(ctx);
  const now = Date.now();
  const sorted: Candidate[] = [];
  const keepers = new Map<string, string[]>();

  function add(candidate: Omit<Candidate, 'age' | 'refusal'>, only: string | undefined): void {
    const { key, modelId, commit, entry, lastUsed } = candidate;
    const name = snapshotName({ modelId, commit });
    const known = keepers.get(name);
    if (known === undefined) keepers.set(name, [key]);
    else known.push(key);
    const age = formatAge(now - lastUsed);
    const stays = (reason: EvictionReason, why: string): void => {
      sorted.push({ ...candidate, age, refusal: { reason, why } });
    };
    if (entry?.pinned === true) stays('pinned', 'pinned');
    else if (isInUse(modelId)) stays('in-use', 'it is being stored or read');
    else if (only !== undefined && !imported) stays('imported', only);
    else if (unusedForMs > 0 && now - lastUsed < unusedForMs)
      stays('recently-used', `used ${age} ago`);
    else if ((entry?.downloadDate ?? lastUsed) >= notedBefore)
      stays('in-use', 'it was stored after a download began that still runs and may use its files');
    else sorted.push({ ...candidate, age });
  }

  const whyOnly = whyNotFetchable(ctx);
  /** By model id: undefined where an entry of the model can be fetched again. */
  const onlyCopies = new Map<string, string | undefined>();
  for await (const entry of ctx.metadata.listEntries()) {
    const { key, modelId, revision, commit } = entry;
    const only = whyOnly(entry);
    onlyCopies.set(modelId, onlyCopies.has(modelId) ? only && onlyCopies.get(modelId) : only);
    if (connection !== undefined && entry.connection !== connection) continue;
    const name = displayName(modelRef(modelId, revision));
    add({ key, name, modelId, commit, entry, lastUsed: lastUseOf(entry) }, only);
  }
  // Which connection an old commit came through is not known.
  if (connection === undefined) {
    for await (const { modelId, commit, createdAt } of ctx.metadata.listSnapshots()) {
      if (keepers.has(snapshotName({ modelId, commit })) || !onlyCopies.has(modelId)) continue;
      const ref = modelRef(modelId, commit);
      const old = { modelId, commit, entry: undefined, lastUsed: createdAt };
      add({ key: ref.key, name: displayName(ref), ...old }, onlyCopies.get(modelId));
    }
  }
  sorted.sort((a, b) => a.lastUsed - b.lastUsed || (a.key < b.key ? -1 : 1));
  return { sorted, keepers };
}
