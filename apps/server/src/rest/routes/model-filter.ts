import * as z from 'zod';
import type { IndexedModel } from '../../models/model-index.ts';
import { flagSchema } from '../schemas/common.ts';

const DAY_MS = 86_400_000;
const MOST_CHOICES = 20;

/** What models may be sorted by. */
export const SORTS = ['key', 'size', 'files', 'downloaded', 'used', 'library', 'task'] as const;

export type SortName = (typeof SORTS)[number];

type Choice = readonly string[] | undefined;

/** What a list of models is narrowed to. Of several values of one field, any will do. */
export interface ModelFilter {
  readonly search?: string | undefined;
  readonly library?: Choice;
  readonly task?: Choice;
  readonly language?: Choice;
  readonly license?: Choice;
  readonly connection?: Choice;
  readonly complete?: boolean | undefined;
  readonly pinned?: boolean | undefined;
  readonly unusedForDays?: number | undefined;
}

const one = z.string().max(100);
const choice = z
  .union([one, z.array(one).max(MOST_CHOICES)])
  .optional()
  .transform((value): Choice => (typeof value === 'string' ? [value] : value));

/** The fields of a query that narrow a list of models. */
export const filterFields: Readonly<Record<keyof ModelFilter, z.ZodType>> = {
  search: one.optional().describe('Part of the name, the library, the task or a tag, in any case.'),
  library: choice,
  task: choice.describe('The pipeline, `text-generation`.'),
  language: choice,
  license: choice,
  connection: choice.describe('Empty: imported.'),
  complete: flagSchema,
  pinned: flagSchema,
  unusedForDays: z.coerce.number().min(0).max(100_000).optional(),
};

/** The models that fit, in their order. */
export function narrow(
  models: readonly IndexedModel[],
  filter: ModelFilter,
  now: number,
): IndexedModel[] {
  const { library, task, language, license, connection, complete, pinned, unusedForDays } = filter;
  const search = filter.search?.toLowerCase();
  const usedBefore = unusedForDays === undefined ? undefined : now - unusedForDays * DAY_MS;
  const is = (wanted: Choice, found: string | undefined): boolean =>
    wanted === undefined || (found !== undefined && wanted.includes(found));
  return models.filter((found) => {
    const { model } = found;
    return (
      (search === undefined || found.text.includes(search)) &&
      is(library, found.library) &&
      is(task, found.task) &&
      is(license, found.license) &&
      is(connection, model.connection ?? '') &&
      (language === undefined || language.some((name) => found.languages.includes(name))) &&
      (complete === undefined || complete === model.complete) &&
      (pinned === undefined || pinned === model.pinned) &&
      (usedBefore === undefined || (model.lastUsed ?? model.downloadDate) <= usedBefore)
    );
  });
}

type Order = (a: IndexedModel, b: IndexedModel) => number;

const SORT_BY: Readonly<Record<Exclude<SortName, 'key'>, Order>> = {
  size: (a, b) => a.model.sizeInBytes - b.model.sizeInBytes,
  files: (a, b) => a.model.fileCount - b.model.fileCount,
  downloaded: (a, b) => a.model.downloadDate - b.model.downloadDate,
  used: (a, b) => (a.model.lastUsed ?? 0) - (b.model.lastUsed ?? 0),
  library: (a, b) => compare(a.library, b.library),
  task: (a, b) => compare(a.task, b.task),
};

/** Sorts in place. The models are by key when they come. */
export function sortModels(models: IndexedModel[], sort: SortName, order: 'asc' | 'desc'): void {
  if (sort !== 'key') models.sort(SORT_BY[sort]);
  if (order === 'desc') models.reverse();
}

function compare(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
