import { ModelkeepError } from '@modelkeep/core/spi';
import * as z from 'zod';
import type { ConnectionFacts } from '../../connections/connection-facts.ts';
import { HOPS } from '../../connections/test-connection.ts';
import { type Route, route } from '../route.ts';
import { timeSchema } from '../schemas/common.ts';
import type { Services } from '../services.ts';

const TAG = 'connections';

const connectionSchema = z
  .object({
    name: z.string(),
    endpoint: z.string().nullable(),
    models: z.array(z.string()).describe('Globs over the model ids that it enables.'),
    populateOnUse: z.boolean(),
    state: z
      .enum(['ok', 'stale', 'limited', 'unknown'])
      .describe('By how it answered this server last: `limited` asked to be left alone.'),
    lastSuccess: timeSchema.nullable(),
    staleSince: timeSchema.nullable(),
    limitedUntil: timeSchema.nullable(),
    lastError: z
      .object({ code: z.string(), message: z.string(), time: timeSchema })
      .nullable()
      .describe('For an admin only.'),
    modelCount: z.number().describe('Cached models that came through it.'),
    sizeInBytes: z.number(),
  })
  .meta({ id: 'Connection' });

const testSchema = z
  .object({
    ok: z.boolean(),
    code: z.string().nullable(),
    message: z.string().describe('What answered, or which hop failed.'),
    durationMs: z.number(),
    failedHop: z.enum(HOPS).nullable(),
    hops: z.array(
      z.object({
        hop: z.enum(HOPS),
        state: z.enum(['ok', 'failed', 'skipped']),
        message: z.string(),
      }),
    ),
  })
  .meta({ id: 'ConnectionTest' });

/** Where models come from. */
export function connectionRoutes({ connections, models }: Services): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/connections',
      role: 'user',
      tag: TAG,
      summary: 'Where models come from, in the order in which they are asked',
      answer: { status: 200, schema: z.object({ connections: z.array(connectionSchema) }) },
      async handle({ user }) {
        const found = await models.list(user);
        return {
          connections: connections.map((connection) => {
            const own = found.filter(({ model }) => model.connection === connection.name);
            return {
              ...toConnectionJson(connection, user.role === 'admin'),
              modelCount: own.length,
              sizeInBytes: own.reduce((sum, { model }) => sum + model.sizeInBytes, 0),
            };
          }),
        };
      },
    }),
    route({
      method: 'POST',
      path: '/connections/{name}/test',
      role: 'admin',
      tag: TAG,
      summary: 'Ask an upstream for a model, and tell what failed',
      params: z.object({ name: z.string().min(1).max(200) }),
      body: z.strictObject({
        model: z.string().min(1).max(200).default('gpt2').describe('A model to ask for.'),
      }),
      answer: { status: 200, schema: testSchema },
      audit: { action: 'connection.test', subject: ({ params }) => params.name },
      async handle({ params, body, signal }) {
        const connection = connections.find(({ name }) => name === params.name);
        if (connection === undefined) {
          throw new ModelkeepError('object-not-found', `there is no connection ${params.name}`);
        }
        return connection.test(body.model, signal);
      },
    }),
  ];
}

function toConnectionJson(connection: ConnectionFacts, isAdmin: boolean): object {
  const { name, endpoint, models, populateOnUse } = connection;
  const { lastError, limitedUntil, ...health } = connection.health();
  const isLimited = limitedUntil !== null && limitedUntil > Date.now();
  const isKnown = health.lastSuccess !== null;
  const state = health.staleSince === null ? (isKnown ? 'ok' : 'unknown') : 'stale';
  return {
    name,
    endpoint: endpoint ?? null,
    models,
    populateOnUse,
    state: isLimited ? 'limited' : state,
    ...health,
    limitedUntil: isLimited ? limitedUntil : null,
    lastError: isAdmin ? lastError : null,
  };
}
