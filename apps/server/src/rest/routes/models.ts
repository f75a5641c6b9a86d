import type { User } from '@modelkeep/core';
import * as z from 'zod';
import { type Route, route } from '../route.ts';
import { keySchema, limitSchema, nameOfKey } from '../schemas/common.ts';
import {
  type ModelRelations,
  modelDetailsSchema,
  modelSchema,
  toDetailsJson,
  toModelJson,
  toShortJson,
} from '../schemas/model.ts';
import type { Services } from '../services.ts';
import {
  filterFields,
  type ModelFilter,
  narrow,
  SORTS,
  type SortName,
  sortModels,
} from './model-filter.ts';

const TAG = 'models';
const MOST = 1000;
const USUAL = 100;

interface ListQuery extends ModelFilter {
  readonly sort: SortName;
  readonly order: 'asc' | 'desc';
  readonly offset: number;
  readonly limit: number;
  readonly fields: 'all' | 'short';
}

const listQuery: z.ZodType<ListQuery> = z.strictObject({
  ...filterFields,
  sort: z.enum(SORTS).default('key'),
  order: z.enum(['asc', 'desc']).default('asc'),
  offset: z.coerce.number().int().min(0).max(10_000_000).default(0),
  limit: limitSchema(MOST, USUAL),
  fields: z.enum(['all', 'short']).default('all').describe('`short`: less of the metadata.'),
}) as unknown as z.ZodType<ListQuery>;

/** What is cached. */
export function modelRoutes({ cache, models, uses }: Services): readonly Route[] {
  const sharedWith = async (
    name: string,
    user: User,
    signal: AbortSignal,
  ): Promise<ModelRelations['sharedWith']> => {
    const sharing = await cache.inspection.sharing(name, { user, signal });
    const keys = new Map<string, string>();
    for (const { model } of await models.list(user)) {
      if (!keys.has(model.modelId)) keys.set(model.modelId, model.key);
    }
    return sharing.map((share) => ({
      key: keys.get(share.modelId) ?? `hf@${share.modelId}`,
      ...share,
    }));
  };
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
          sizeInBytes: z.number().describe('Of those on all pages, as if nothing were shared.'),
        }),
      },
      async handle({ query, user }) {
        const { sort, order, offset, limit, fields } = query;
        const found = narrow(await models.list(user), query, Date.now());
        sortModels(found, sort, order);
        const page = found.slice(offset, offset + limit).map(({ model }) => model);
        return {
          models: page.map(fields === 'short' ? toShortJson : toModelJson),
          total: found.length,
          sizeInBytes: found.reduce((sum, { model }) => sum + model.sizeInBytes, 0),
        };
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
        const name = nameOfKey(params.key);
        const model = await cache.showModel(name, { user, signal });
        return toDetailsJson(model, {
          usedBy: await uses.list(model.modelId),
          sharedWith: await sharedWith(name, user, signal),
        });
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
