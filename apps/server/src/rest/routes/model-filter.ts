import type { CachedModel } from '@modelkeep/core';

const DAY_MS = 86_400_000;

/** What models may be sorted by. */
export const SORTS = ['key', 'size', 'files', 'downloaded', 'used'] as const;

export type SortName = (typeof SORTS)[number];

/** What a list of models is narrowed to. */
export interface ModelFilter {
  readonly search?: string | undefined;
  readonly library?: string | undefined;
  readonly task?: string | undefined;
  readonly language?: string | undefined;
  readonly license?: string | undefined;
  readonly connection?: string | undefined;
  readonly complete?: boolean | undefined;
  readonly pinned?: boolean | undefined;
  readonly unusedForDays?: number | undefined;
}

export function matches(model: CachedModel, filter: ModelFilter, now: number): boolean {
  const { metadata } = model;
  const is = (wanted: unknown, found: unknown): boolean => wanted === undefined || wanted === found;
  const { search, language, license, unusedForDays } = filter;
  return (
    (search === undefined || model.key.toLowerCase().includes(search.toLowerCase())) &&
    is(filter.library, metadata.libraryName) &&
    is(filter.task, metadata.pipelineName) &&
    (language === undefined || (metadata.taggedLanguages ?? []).includes(language)) &&
    (license === undefined || (metadata.tags ?? []).includes(`license:${license}`)) &&
    is(filter.connection, model.connection) &&
    is(filter.complete, model.complete) &&
    is(filter.pinned, model.pinned) &&
    (unusedForDays === undefined ||
      (model.lastUsed ?? model.downloadDate) <= now - unusedForDays * DAY_MS)
  );
}
