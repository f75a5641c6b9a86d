import * as z from 'zod';
import type { IndexedModel } from '../../models/model-index.ts';
import { type Route, route } from '../route.ts';
import type { Services } from '../services.ts';
import { filterFields, type ModelFilter, narrow } from './model-filter.ts';

const MOST = 500;

interface Facet {
  readonly name: string;
  readonly count: number;
  readonly sizeInBytes: number;
}

const facetSchema = z
  .object({ name: z.string(), count: z.number(), sizeInBytes: z.number() })
  .meta({ id: 'Facet' });

const facetsSchema = z
  .object({
    total: z.number(),
    sizeInBytes: z.number(),
    complete: z.number(),
    partial: z.number(),
    pinned: z.number(),
    libraries: z.array(facetSchema),
    tasks: z.array(facetSchema),
    languages: z.array(facetSchema),
    licenses: z.array(facetSchema),
    connections: z.array(facetSchema).describe('An empty name: imported.'),
  })
  .meta({ id: 'Facets' });

/** What there is to filter by. */
export function facetRoutes({ models }: Services): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/facets',
      role: 'user',
      tag: 'models',
      summary: 'How many models have which library, task, language, license, connection',
      query: z.strictObject(filterFields) as unknown as z.ZodType<ModelFilter>,
      answer: { status: 200, schema: facetsSchema },
      async handle({ query, user }) {
        const found = narrow(await models.list(user), query, Date.now());
        const count = (fits: (model: IndexedModel) => boolean): number =>
          found.reduce((sum, model) => (fits(model) ? sum + 1 : sum), 0);
        return {
          total: found.length,
          sizeInBytes: found.reduce((sum, { model }) => sum + model.sizeInBytes, 0),
          complete: count(({ model }) => model.complete),
          partial: count(({ model }) => !model.complete),
          pinned: count(({ model }) => model.pinned),
          libraries: facetsOf(found, ({ library }) => [library]),
          tasks: facetsOf(found, ({ task }) => [task]),
          languages: facetsOf(found, ({ languages }) => languages),
          licenses: facetsOf(found, ({ license }) => [license]),
          connections: facetsOf(found, ({ model }) => [model.connection ?? '']),
        };
      },
    }),
  ];
}

/** By the names that `of` gives of each model, the most frequent first. */
function facetsOf(
  models: readonly IndexedModel[],
  of: (model: IndexedModel) => readonly (string | undefined)[],
): Facet[] {
  const facets = new Map<string, { count: number; sizeInBytes: number }>();
  for (const indexed of models) {
    for (const name of new Set(of(indexed))) {
      if (name === undefined) continue;
      const facet = facets.get(name) ?? { count: 0, sizeInBytes: 0 };
      facet.count++;
      facet.sizeInBytes += indexed.model.sizeInBytes;
      facets.set(name, facet);
    }
  }
  return [...facets]
    .map(([name, facet]) => ({ name, ...facet }))
    .toSorted((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
    .slice(0, MOST);
}
