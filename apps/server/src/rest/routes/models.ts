import type { CachedModel } from '@modelkeep/core';
import * as z from 'zod';
import { type Route, route } from '../route.ts';
import { flagSchema, keySchema, limitSchema, nameOfKey } from '../schemas/common.ts';
import { modelDetailsSchema, modelSchema, toDetailsJson, toModelJson } from '../schemas/model.ts';
import type { Services } from '../services.ts';
import { type ModelFilter, matches, SORTS, type SortName } from './model-filter.ts';

const TAG = 'models';
const MOST = 1000;
const USUAL = 100;

const text = z.string().max(200).optional();

interface ListQuery extends ModelFilter {
  readonly sort: SortName;
  readonly order: 'asc' | 'desc';
  readonly offset: number;
  readonly limit: number;
}

const listQuery: z.ZodType<ListQuery> = z.strictObject({
  search: text.describe('Part of the name, in any case.'),
  library: text,
  task: text.describe('The pipeline, `text-generation`.'),
  language: text,
  license: text,
  connection: text,
  complete: flagSchema,
  pinned: flagSchema,
  unusedForDays: z.coerce.number().min(0).max(100_000).optional(),
  sort: z.enum(SORTS).default('key'),
  order: z.enum(['asc', 'desc']).default('asc'),
  offset: z.coerce.number().int().min(0).max(10_000_000).default(0),
  limit: limitSchema(MOST, USUAL),
}) as unknown as z.ZodType<ListQuery>;

/** What is cached. */
export function modelRoutes({ cache }: Services): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/models',
      role: 'user',
      tag: TAG,
      summary: 'Cached models, page by page',
      query: listQuery,
      answer: {
        status: 200,
        schema: z.object({
          models: z.array(modelSchema),
          total: z.number().describe('How many there are on all pages.'),
        }),
      },
      async handle({ query, user, signal }) {
        const found: CachedModel[] = [];
        const now = Date.now();
        for await (const model of cache.listModels({ user, signal })) {
          if (matches(model, query, now)) found.push(model);
        }
        const { sort, order, offset, limit } = query;
        if (sort !== 'key') found.sort(SORT_BY[sort]);
        if (order === 'desc') found.reverse();
        const page = found.slice(offset, offset + limit);
        return { models: page.map(toModelJson), total: found.length };
      },
    }),
    route({
      method: 'GET',
      path: '/models/{key}',
      role: 'user',
      tag: TAG,
      summary: 'One cached model in full',
      params: keySchema,
      answer: { status: 200, schema: modelDetailsSchema },
      async handle({ params, user, signal }) {
        return toDetailsJson(await cache.showModel(nameOfKey(params.key), { user, signal }));
      },
    }),
    route({
      method: 'DELETE',
      path: '/models/{key}',
      role: 'admin',
      tag: TAG,
      summary: 'Remove a model from the cache',
      params: keySchema,
      answer: {
        status: 200,
        schema: z.object({
          key: z.string(),
          commits: z.array(z.string()),
          freedBytes: z.number(),
        }),
      },
      audit: { action: 'model.delete', subject: ({ params }) => params.key },
      handle: ({ params, user }) => cache.removeModel(nameOfKey(params.key), { user }),
    }),
    route({
      method: 'PATCH',
      path: '/models/{key}',
      role: 'admin',
      tag: TAG,
      summary: 'Pin a model, or let it go',
      params: keySchema,
      body: z.strictObject({ pinned: z.boolean() }),
      answer: { status: 200, schema: modelSchema },
      audit: {
        action: 'model.pin',
        subject: ({ params, body }) => `${params.key} ${body.pinned ? 'pinned' : 'let go'}`,
      },
      async handle({ params, body, user }) {
        const name = nameOfKey(params.key);
        await cache.setPinned(name, body.pinned, { user });
        return toModelJson(await cache.findModel(name, { user }));
      },
    }),
  ];
}

const SORT_BY: Readonly<
  Record<Exclude<SortName, 'key'>, (a: CachedModel, b: CachedModel) => number>
> = {
  size: (a, b) => a.sizeInBytes - b.sizeInBytes,
  files: (a, b) => a.fileCount - b.fileCount,
  downloaded: (a, b) => a.downloadDate - b.downloadDate,
  used: (a, b) => (a.lastUsed ?? 0) - (b.lastUsed ?? 0),
};
