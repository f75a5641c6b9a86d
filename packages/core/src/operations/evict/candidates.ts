import type { EvictionReason } from '../../api/eviction.ts';
import type { CoreContext } from '../../context.ts';
import { KEEPING_PREFIX, keepingOf } from '../../leases/alone.ts';
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

export async function findCandidates(ctx: CoreContext, goal: EvictionGoal): Promise<Candidates> {
  const { connection, unusedForMs, imported } = goal;
  const isInUse = await inUse(ctx);
  const notedBefore = await deletableBefore(ctx);
  const now = Date.now();
  const sorted: Candidate[] = [];
  const keepers = new Map<string, string[]>();

  function add(candidate: Omit<Candidate, 'age' | 'refusal'>, isImported: boolean): void {
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
    else if (isImported && !imported)
      stays('imported', 'imported or adopted: no connection is known to have it');
    else if (unusedForMs > 0 && now - lastUsed < unusedForMs)
      stays('recently-used', `used ${age} ago`);
    else if ((entry?.downloadDate ?? lastUsed) >= notedBefore)
      stays('in-use', 'it was stored after a download began that still runs and may use its files');
    else sorted.push({ ...candidate, age });
  }

  const imports = new Map<string, boolean>();
  for await (const entry of ctx.metadata.listEntries()) {
    const { key, modelId, revision, commit } = entry;
    const isImported = entry.connection === undefined;
    imports.set(modelId, isImported && imports.get(modelId) !== false);
    if (connection !== undefined && entry.connection !== connection) continue;
    const name = displayName(modelRef(modelId, revision));
    add({ key, name, modelId, commit, entry, lastUsed: lastUseOf(entry) }, isImported);
  }
  // Which connection an old commit came through is not known.
  if (connection === undefined) {
    for await (const { modelId, commit, createdAt } of ctx.metadata.listSnapshots()) {
      const isImported = imports.get(modelId);
      if (keepers.has(snapshotName({ modelId, commit })) || isImported === undefined) continue;
      const ref = modelRef(modelId, commit);
      const old = { modelId, commit, entry: undefined, lastUsed: createdAt };
      add({ key: ref.key, name: displayName(ref), ...old }, isImported);
    }
  }
  sorted.sort((a, b) => a.lastUsed - b.lastUsed || (a.key < b.key ? -1 : 1));
  return { sorted, keepers };
}
