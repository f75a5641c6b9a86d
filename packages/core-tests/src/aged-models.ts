import type { EvictionChoice, EvictionReport } from '@modelkeep/core';
import { type MemoryModel, memoryModel, seededBytes } from '@modelkeep/testkit/memory';
import { type TestCache, type TestCacheOptions, testCache } from './test-cache.ts';

export const DAY = 86_400_000;
export const SIZE = 10_000;

/** A model of one file of {@link SIZE} bytes, and more. */
export function modelOf(
  name: string,
  seed: number,
  more: Record<string, Uint8Array> = {},
): MemoryModel {
  return memoryModel(`org/${name}`, { 'model.bin': seededBytes(seed, SIZE), ...more });
}

/** Pulls the models, as if each had been used last so many days ago. */
export async function pulled(
  days: Readonly<Record<string, number>>,
  options: TestCacheOptions,
): Promise<TestCache> {
  const test = await testCache(options);
  for (const name of Object.keys(days)) await test.cache.pullModel(`org/${name}`);
  for (const [name, ago] of Object.entries(days)) age(test, `hf@org/${name}`, ago);
  return test;
}

/** As if the entry had been stored and used last so many days ago. */
export function age({ metadata: { data } }: TestCache, key: string, days: number): void {
  const entry = data.entries.get(key);
  if (entry === undefined) throw new Error(`no ${key}`);
  const at = Date.now() - days * DAY;
  data.entries.set(key, { ...entry, downloadDate: at, lastUsed: at });
  for (const [name, snapshot] of data.snapshots) {
    if (snapshot.modelId === entry.modelId && snapshot.commit === entry.commit)
      data.snapshots.set(name, { ...snapshot, createdAt: at });
  }
}

/** What became of each, in the order of the choices. */
export function facts({ choices }: EvictionReport): Record<string, string> {
  const text = ({ evicted, reason, freedBytes }: EvictionChoice): string =>
    evicted ? `${reason} ${freedBytes}` : reason;
  return Object.fromEntries(choices.map((choice) => [choice.key, text(choice)]));
}

export async function keys({ cache }: TestCache): Promise<string[]> {
  return (await Array.fromAsync(cache.listModels())).map(({ key }) => key);
}
