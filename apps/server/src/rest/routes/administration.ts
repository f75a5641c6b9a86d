import { ModelkeepError } from '@modelkeep/core/spi';
import * as z from 'zod';
import type { AuditEvent } from '../../audit/audit-log.ts';
import { type Route, route } from '../route.ts';
import { limitSchema, timeSchema } from '../schemas/common.ts';
import type { Services } from '../services.ts';

const connectionSchema = z
  .object({
    name: z.string(),
    endpoint: z.string().nullable(),
    models: z.array(z.string()).describe('Globs over the model ids that it enables.'),
    populateOnUse: z.boolean(),
  })
  .meta({ id: 'Connection' });

const auditSchema = z
  .object({
    number: z.number(),
    time: timeSchema,
    action: z.string(),
    subject: z.string(),
    user: z.string(),
    address: z.string(),
    outcome: z.string().describe('`ok`, or the code of the error.'),
    hash: z.string().describe('sha256 over this event and the hash of the one before it.'),
  })
  .meta({ id: 'AuditEvent' });

/** Connections, the audit log, settings. */
export function administrationRoutes(services: Services): readonly Route[] {
  const { audit, connections, settings, version } = services;
  return [
    route({
      method: 'GET',
      path: '/connections',
      role: 'user',
      tag: 'connections',
      summary: 'Where models come from, in the order in which they are asked',
      answer: { status: 200, schema: z.object({ connections: z.array(connectionSchema) }) },
      handle: () =>
        Promise.resolve({
          connections: connections.map(({ name, endpoint, models, populateOnUse }) => ({
            name,
            endpoint: endpoint ?? null,
            models,
            populateOnUse,
          })),
        }),
    }),
    route({
      method: 'POST',
      path: '/connections/{name}/test',
      role: 'admin',
      tag: 'connections',
      summary: 'Ask an upstream for a model, and tell what failed',
      params: z.object({ name: z.string().min(1).max(200) }),
      body: z.strictObject({
        model: z.string().min(1).max(200).default('gpt2').describe('A model to ask for.'),
      }),
      answer: {
        status: 200,
        schema: z.object({
          ok: z.boolean(),
          code: z.string().nullable(),
          message: z.string().describe('What answered, or which hop failed.'),
          durationMs: z.number(),
        }),
      },
      audit: { action: 'connection.test', subject: ({ params }) => params.name },
      async handle({ params, body, signal }) {
        const connection = connections.find(({ name }) => name === params.name);
        if (connection === undefined) {
          throw new ModelkeepError('object-not-found', `there is no connection ${params.name}`);
        }
        return connection.test(body.model, signal);
      },
    }),
    route({
      method: 'GET',
      path: '/audit',
      role: 'admin',
      tag: 'audit',
      summary: 'Who changed what, the newest first',
      query: z.strictObject({
        before: z.coerce.number().int().min(1).max(999_999_999_999).optional(),
        user: z.string().max(64).optional(),
        action: z.string().max(64).optional(),
        limit: limitSchema(1000, 100),
      }),
      answer: {
        status: 200,
        schema: z.object({ events: z.array(auditSchema), next: z.number().nullable() }),
      },
      async handle({ query }) {
        const { before, user, action, limit } = query;
        const events: AuditEvent[] = [];
        let more = false;
        for await (const event of audit.list(before === undefined ? {} : { before })) {
          if (user !== undefined && event.user !== user) continue;
          if (action !== undefined && event.action !== action) continue;
          more = events.length === limit;
          if (more) break;
          events.push(event);
        }
        return { events, next: more ? (events.at(-1)?.number ?? null) : null };
      },
    }),
    route({
      method: 'GET',
      path: '/audit/check',
      role: 'admin',
      tag: 'audit',
      summary: 'Whether the audit log is whole',
      answer: {
        status: 200,
        schema: z.object({
          whole: z.boolean(),
          firstBroken: z
            .number()
            .nullable()
            .describe('Number of the first event that does not follow.'),
        }),
      },
      async handle() {
        const firstBroken = await audit.findBreak();
        return { whole: firstBroken === undefined, firstBroken: firstBroken ?? null };
      },
    }),
    route({
      method: 'GET',
      path: '/settings',
      role: 'admin',
      tag: 'settings',
      summary: 'The settings in force',
      answer: { status: 200, schema: z.record(z.string(), z.unknown()) },
      handle: () => Promise.resolve({ version, ...settings }),
    }),
  ];
}
