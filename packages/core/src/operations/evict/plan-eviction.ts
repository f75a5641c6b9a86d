import type { EvictionChoice, EvictionReason } from '../../api/eviction.ts';
import type { CoreContext } from '../../context.ts';
import type { Digest } from '../../spi/model.ts';
import { formatBytes } from '../../util/format-bytes.ts';
import { type Candidate, type EvictionGoal, findCandidates, snapshotName } from './candidates.ts';

/** A choice, and what it is about. */
export interface PlannedChoice extends EvictionChoice {
  readonly candidate: Candidate;
}

export interface EvictionPlan {
  /** What goes, in this order, and then what stays. */
  readonly choices: readonly PlannedChoice[];
  /** Bytes that those that go free together. */
  readonly freedBytes: number;
}

/** What evicting one candidate would free. */
interface Gain {
  readonly sizeInBytes: number;
  readonly bytes: number;
  /** Those put off before it that have to go with it. */
  readonly together: ReadonlySet<string>;
  /** Some who share the rest. */
  readonly sharers: ReadonlySet<string>;
}

/** Who keeps which content, as far as it was asked for. */
class ContentUsers {
  readonly #ctx: CoreContext;
  readonly #keepers: ReadonlyMap<string, readonly string[]>;
  readonly #isAll: boolean;
  /** Of contents with several: those of one are asked for once. */
  readonly #known = new Map<Digest, ReadonlySet<string>>();

  /** `isAll`: whether also those count that are no candidates. */
  constructor(ctx: CoreContext, keepers: ReadonlyMap<string, readonly string[]>, isAll: boolean) {
    this.#ctx = ctx;
    this.#keepers = keepers;
    this.#isAll = isAll;
  }

  async of(digests: readonly Digest[]): Promise<(digest: Digest) => ReadonlySet<string>> {
    const asked = digests.filter((digest) => !this.#known.has(digest));
    const found = new Map<Digest, ReadonlySet<string>>();
    for (const [digest, snapshots] of await this.#ctx.metadata.blobUsers(asked)) {
      const users = new Set(snapshots.map(snapshotName).flatMap((name) => this.#keepersOf(name)));
      found.set(digest, users);
      if (users.size > 1) this.#known.set(digest, users);
    }
    return (digest) => found.get(digest) ?? this.#known.get(digest) ?? new Set();
  }

  #keepersOf(name: string): readonly string[] {
    return this.#keepers.get(name) ?? (this.#isAll ? [name] : []);
  }
}

async function gainOf(
  ctx: CoreContext,
  { key, modelId, commit }: Candidate,
  contents: ContentUsers,
  gone: ReadonlySet<string>,
  putOff: ReadonlySet<string>,
): Promise<Gain> {
  const sizes = new Map<Digest, number>();
  const { files = [] } = (await ctx.metadata.getSnapshot(modelId, commit)) ?? {};
  for (const { digest, size } of files) if (digest !== undefined) sizes.set(digest, size);
  const usersOf = await contents.of([...sizes.keys()]);
  const together = new Set<string>();
  const sharers = new Set<string>();
  let bytes = 0;
  for (const [digest, size] of sizes) {
    const others = [...usersOf(digest)].filter((user) => user !== key && !gone.has(user));
    const stays = others.filter((user) => !putOff.has(user));
    if (stays.length === 0) {
      bytes += size;
      for (const user of others) together.add(user);
    } else if (size > 0) {
      sharers.add(stays[0] ?? '');
    }
  }
  const sizeInBytes = files.reduce((sum, { size }) => sum + size, 0);
  return { sizeInBytes, bytes, together, sharers };
}

function sharedWith(sharers: ReadonlySet<string>): string {
  const [first = 'nobody', ...others] = [...sharers].map((key) => key.replace(/^hf@/, ''));
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}

function whyItGoes({ entry, modelId, age }: Candidate, gain: Gain | undefined): string {
  const used =
    entry === undefined
      ? `an older commit of ${modelId}, stored ${age} ago`
      : entry.lastUsed === undefined
        ? `fetched ${age} ago and not used since`
        : `used ${age} ago`;
  if (gain === undefined || gain.sharers.size === 0) return used;
  const shared = formatBytes(Math.max(0, gain.sizeInBytes - gain.bytes));
  return `${used}; shares ${shared} with ${sharedWith(gain.sharers)}`;
}

/**
 * Chooses what to evict so that `neededBytes` are freed, what was not used for longest first. What frees nothing alone, as
 * others have all its contents, is put off until one of them goes too.
 */
export async function planEviction(
  ctx: CoreContext,
  goal: EvictionGoal,
  neededBytes: number,
  signal?: AbortSignal,
): Promise<EvictionPlan> {
  const { sorted, keepers } = await findCandidates(ctx, goal);
  const contents = new ContentUsers(ctx, keepers, goal.connection === undefined);
  const choices: PlannedChoice[] = [];
  const gone = new Set<string>();
  const putOff = new Map<string, { readonly candidate: Candidate; readonly gain: Gain }>();
  let freedBytes = 0;

  function choose(
    candidate: Candidate,
    [reason, why]: readonly [EvictionReason, string],
    sizeInBytes: number,
    freed?: number,
  ): void {
    const { key, lastUsed } = candidate;
    const evicted = freed !== undefined;
    choices.push({
      ...{ key, evicted, reason, why, sizeInBytes, freedBytes: freed ?? 0, lastUsed, candidate },
    });
    if (evicted) gone.add(key);
    freedBytes += freed ?? 0;
  }

  for (const candidate of sorted) {
    signal?.throwIfAborted();
    const { refusal, entry, age, key } = candidate;
    if (refusal !== undefined || freedBytes >= neededBytes) {
      const { reason, why } = refusal ?? {
        reason: 'enough',
        why: `used ${age} ago: enough is freed without it`,
      };
      choose(candidate, [reason, why], entry?.sizeInBytes ?? 0);
      continue;
    }
    const gain = await gainOf(ctx, candidate, contents, gone, new Set(putOff.keys()));
    if (gain.bytes === 0) {
      putOff.set(key, { candidate, gain });
      continue;
    }
    for (const other of gain.together) {
      const waiting = putOff.get(other);
      if (waiting === undefined) continue;
      putOff.delete(other);
      const why = `${whyItGoes(waiting.candidate, undefined)}; frees its bytes together with ${candidate.name}`;
      choose(waiting.candidate, [reasonOf(waiting.candidate), why], waiting.gain.sizeInBytes, 0);
    }
    const why = whyItGoes(candidate, gain);
    choose(candidate, [reasonOf(candidate), why], gain.sizeInBytes, gain.bytes);
  }
  for (const { candidate, gain } of putOff.values()) {
    const why = `frees nothing: all of its ${formatBytes(gain.sizeInBytes)} are shared with ${sharedWith(gain.sharers)}`;
    choose(candidate, ['shared', why], gain.sizeInBytes);
  }
  const goes = choices.filter(({ evicted }) => evicted);
  const stays = choices.filter(({ evicted }) => !evicted);
  return { choices: [...goes, ...stays], freedBytes };
}

function reasonOf({ entry }: Candidate): EvictionReason {
  return entry === undefined ? 'old-commit' : 'least-recently-used';
}
