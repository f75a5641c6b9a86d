import type { CachedModel } from '@modelkeep/core';
import { openModelCache } from 'modelkeep';
import { expect } from 'vitest';
import type { StoreFolders } from '../modelkeep.ts';
import { expectFiles } from './model-files.ts';
import { expectNothingHalfLaidOut, expectOnly, type KeptModel } from './store-on-disk.ts';

/** Fails unless everything that is there is proved, and the store is in one of the states. Returns which. */
export async function expectWhole(
  { home }: StoreFolders,
  states: readonly (readonly KeptModel[])[],
): Promise<readonly KeptModel[]> {
  await expectNothingHalfLaidOut(home, states.flat());
  await using cache = await openModelCache({ home });
  expect(await cache.verifyModels()).toMatchObject({ full: true, problems: [] });
  const listed = await Array.fromAsync(cache.listModels());
  const state = states.find((models) => isListing(listed, models));
  if (state === undefined) expect(listed.map(summary)).toEqual(states.at(-1)?.map(expectedSummary));
  return state ?? [];
}

interface Summary {
  readonly modelId: string;
  readonly revision: string;
  readonly commit: string;
  readonly fileCount: number;
}

function summary({ modelId, revision, commit, fileCount }: CachedModel): Summary {
  return { modelId, revision, commit, fileCount };
}

function expectedSummary({ id, commit, files }: KeptModel): Summary {
  return { modelId: id, revision: 'main', commit, fileCount: Object.keys(files).length };
}

function isListing(listed: readonly CachedModel[], models: readonly KeptModel[]): boolean {
  return JSON.stringify(listed.map(summary)) === JSON.stringify(models.map(expectedSummary));
}

/** Collects garbage, and fails unless these models and no other byte are left. */
export async function expectTidy(store: StoreFolders, models: readonly KeptModel[]): Promise<void> {
  await using cache = await openModelCache({ home: store.home });
  await cache.collectGarbage();
  for (const { id, files } of models) await expectFiles(await cache.getModelFromCache(id), files);
  await expectOnly(store, models);
  expect(await cache.usage()).toMatchObject({ unreferencedBytes: 0, partialBytes: 0 });
}
