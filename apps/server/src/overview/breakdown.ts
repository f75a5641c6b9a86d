import type { IndexedModel } from '../models/model-index.ts';

const DAY_MS = 86_400_000;

/** A part of what is stored. A null name: all the rest. */
export interface Slice {
  readonly name: string | null;
  readonly count: number;
  readonly sizeInBytes: number;
}

/** The largest `most` by the names that `nameOf` gives, then one for all others. */
export function slicesOf(
  models: readonly IndexedModel[],
  nameOf: (model: IndexedModel) => string,
  most: number,
): Slice[] {
  const sums = new Map<string, { count: number; sizeInBytes: number }>();
  for (const indexed of models) {
    const name = nameOf(indexed);
    const sum = sums.get(name) ?? { count: 0, sizeInBytes: 0 };
    sum.count++;
    sum.sizeInBytes += indexed.model.sizeInBytes;
    sums.set(name, sum);
  }
  const sorted = [...sums]
    .map(([name, sum]) => ({ name, ...sum }))
    .toSorted((a, b) => b.sizeInBytes - a.sizeInBytes || (a.name < b.name ? -1 : 1));
  const rest = sorted.slice(most);
  if (rest.length === 0) return sorted;
  const others = {
    name: null,
    count: rest.reduce((sum, { count }) => sum + count, 0),
    sizeInBytes: rest.reduce((sum, { sizeInBytes }) => sum + sizeInBytes, 0),
  };
  return [...sorted.slice(0, most), others];
}

/** By how long ago they were used last; each ends where the next begins. */
export const AGES = ['today', 'week', 'month', 'quarter', 'year', 'older', 'never'] as const;

type Age = (typeof AGES)[number];

const AGE_DAYS: readonly (readonly [Age, number])[] = [
  ['today', 1],
  ['week', 7],
  ['month', 30],
  ['quarter', 91],
  ['year', 365],
];

export function agesOf(models: readonly IndexedModel[], now: number): Slice[] {
  const ageOf = ({ model: { lastUsed } }: IndexedModel): Age => {
    if (lastUsed === undefined) return 'never';
    const days = (now - lastUsed) / DAY_MS;
    return AGE_DAYS.find(([, most]) => days < most)?.[0] ?? 'older';
  };
  const found = new Map(slicesOf(models, ageOf, AGES.length).map((slice) => [slice.name, slice]));
  return AGES.map((name) => found.get(name) ?? { name, count: 0, sizeInBytes: 0 });
}
