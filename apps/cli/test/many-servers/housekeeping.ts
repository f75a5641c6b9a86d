import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EvictionReport } from '@modelkeep/core';
import type { Bench } from '../modelkeep.ts';
import type { Dice } from '../support/seeded.ts';
import type { SharedStore } from '../support/shared-store.ts';
import type { Node } from './fleet.ts';
import type { ModelHistory } from './history.ts';
import { runJob } from './jobs.ts';
import { patiently } from './patiently.ts';

const MIB = 2 ** 20;
const REST_MS = 100;
/** What an eviction leaves at most; nothing of what may go, and what a few versions need. */
const TARGETS = [0, 4 * MIB, 8 * MIB, 16 * MIB];

/** What was done beside the clients. */
export interface Chores {
  /** Garbage collections that ended well. */
  collections: number;
  /** Evictions that ended well. */
  evictions: number;
  /** Models and old commits that went. */
  evicted: number;
  /** Choices to let something stay, by their reason. */
  readonly stayed: Record<string, number>;
}

export function noChores(): Chores {
  return { collections: 0, evictions: 0, evicted: 0, stayed: {} };
}

/** Collects garbage again and again, wherever. */
export async function collectAlways(
  nodes: readonly Node[],
  random: Dice,
  chores: Chores,
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    const done = await runJob(random.pick(nodes).server.url, '/gc', {});
    if (done === undefined) await sleep(random.below(REST_MS));
    else chores.collections += 1;
  }
}

/** One eviction of all that may go beyond `toBytes`, however lately it was used. `histories`: those that have a model in the store. */
async function evict(
  url: string,
  toBytes: number,
  histories: readonly ModelHistory[],
  chores: Chores,
): Promise<void> {
  const job = await runJob<EvictionReport>(url, '/evict', { toBytes, unusedForMs: 0 });
  // Of one that failed, or whose server died, nobody knows what it took.
  if (job === undefined) {
    for (const history of histories) history.mayBeEvicted();
    return;
  }
  chores.evictions += 1;
  for (const { key, evicted, reason } of job.result.choices) {
    if (!evicted) {
      chores.stayed[reason] = (chores.stayed[reason] ?? 0) + 1;
      continue;
    }
    chores.evicted += 1;
    const [, id, commit] = key.split('@');
    const history = histories.find((one) => one.id === id);
    // With an entry all goes that only it points at.
    if (history !== undefined) history.evicted(reason === 'old-commit' ? commit : undefined);
    else histories[0]?.violated(`${key} was evicted, which is pinned`);
  }
}

/** Evicts again and again, wherever. */
export async function evictAlways(
  nodes: readonly Node[],
  random: Dice,
  histories: readonly ModelHistory[],
  chores: Chores,
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    await evict(random.pick(nodes).server.url, random.pick(TARGETS), histories, chores);
    await sleep(random.below(REST_MS));
  }
}

/** Waits until nothing is evicted any more: an eviction whose server did not answer may still run. */
export async function settleEvictions(
  nodes: readonly Node[],
  histories: readonly ModelHistory[],
): Promise<void> {
  const all = Number.MAX_SAFE_INTEGER;
  for (const { server } of nodes) {
    // One evicts at a time.
    const settled = await patiently(() => runJob(server.url, '/evict', { toBytes: all }));
    if (settled === undefined) histories[0]?.violated(`${server.url} evicts nothing any more`);
  }
  for (const history of histories) history.evictionsEnded();
}

/** What a collection leaves, once nobody works: every object is in the index, and every one of those is used and whole. */
export async function leaksOf(collector: Bench, store: SharedStore): Promise<unknown> {
  const ask = (sql: string): string[] =>
    store.postgres.psql(store.database, sql).trim().split('\n').filter(Boolean);
  await collector.json(['gc']);
  const { unreferencedBytes } = (await collector.json(['du'])) as { unreferencedBytes: number };
  const known = ask('select digest from blobs where forgotten is null');
  const objects = await readdir(join(store.folder, 'blobs/sha256'), { recursive: true });
  const stored = new Set(
    objects.map((path) => basename(path)).filter((name) => name.length === 64),
  );
  const manifests = await readdir(join(store.folder, 'manifests'), { recursive: true });
  const { problems } = (await collector.json(['verify'])) as { problems: unknown };
  return {
    unreferencedBytes,
    unknownObjects: [...stored].filter((digest) => !known.includes(digest)),
    lostObjects: known.filter((digest) => !stored.has(digest)),
    manifestsBesideIndex:
      manifests.filter((name) => name.endsWith('.json')).length -
      ask('select 1 from snapshots union all select 1 from entries').length,
    problems,
  };
}
