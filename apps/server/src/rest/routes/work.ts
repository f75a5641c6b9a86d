import { isModelkeepError } from '@modelkeep/core/spi';
import * as z from 'zod';
import { type Route, route } from '../route.ts';
import { archiveSchema, modelsSchema, pullSchema } from '../schemas/actions.ts';
import { nameOfKey } from '../schemas/common.ts';
import { evictionSchema } from '../schemas/eviction.ts';
import { jobSchema, toJobJson } from '../schemas/job.ts';
import type { Services } from '../services.ts';

const LONGEST_SUBJECT = 1000;

const started = { status: 202, schema: jobSchema };

/** What becomes a job: pull, import, verify, garbage collection, eviction. */
export function workRoutes({ jobs, cache }: Services): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/pulls',
      role: 'user',
      tag: 'jobs',
      summary: 'Fetch a model, or what has changed in it',
      body: pullSchema,
      answer: started,
      audit: { action: 'model.pull', subject: ({ body }) => body.model },
      async handle({ body, user }) {
        const job = await jobs.start({
          kind: 'pull',
          subject: body.model,
          user,
          parameters: { ...body },
        });
        return toJobJson(job);
      },
    }),
    route({
      method: 'POST',
      path: '/imports',
      role: 'admin',
      tag: 'jobs',
      summary: 'Import an archive that was uploaded, or that lies on the server',
      body: archiveSchema,
      answer: started,
      audit: {
        action: 'model.import',
        subject: ({ body }) => ('path' in body ? body.path : `upload ${body.upload}`),
      },
      async handle({ body, user }) {
        const subject = 'path' in body ? body.path : body.upload;
        return toJobJson(await jobs.start({ kind: 'import', subject, user, parameters: body }));
      },
    }),
    route({
      method: 'POST',
      path: '/imports/preflight',
      role: 'admin',
      tag: 'jobs',
      summary:
        'Read and prove an archive without storing anything. The result is an ImportPreflight.',
      body: archiveSchema,
      answer: started,
      audit: {
        action: 'model.preflight',
        subject: ({ body }) => ('path' in body ? body.path : `upload ${body.upload}`),
      },
      async handle({ body, user }) {
        const subject = 'path' in body ? body.path : body.upload;
        return toJobJson(await jobs.start({ kind: 'preflight', subject, user, parameters: body }));
      },
    }),
    route({
      method: 'POST',
      path: '/deletions',
      role: 'admin',
      tag: 'jobs',
      summary: 'Remove models from the cache, one after the other',
      body: modelsSchema,
      answer: started,
      audit: { action: 'model.delete', subject: ({ body }) => body.models.join(', ') },
      async handle({ body, user }) {
        const subject = body.models.join(', ').slice(0, LONGEST_SUBJECT);
        return toJobJson(await jobs.start({ kind: 'delete', subject, user, parameters: body }));
      },
    }),
    route({
      method: 'POST',
      path: '/pins',
      role: 'admin',
      tag: 'models',
      summary: 'Pin models, or let them go',
      body: z.strictObject({ ...modelsSchema.shape, pinned: z.boolean() }),
      answer: {
        status: 200,
        schema: z.object({ changed: z.array(z.string()), missing: z.array(z.string()) }),
      },
      audit: {
        action: 'model.pin',
        subject: ({ body }) => `${body.models.join(', ')} ${body.pinned ? 'pinned' : 'let go'}`,
      },
      async handle({ body: { models, pinned }, user, signal }) {
        const changed: string[] = [];
        const missing: string[] = [];
        for (const model of new Set(models)) {
          signal.throwIfAborted();
          try {
            await cache.setPinned(nameOfKey(model), pinned, { user });
            changed.push(model);
          } catch (error) {
            if (!isModelkeepError(error, 'model-not-cached')) throw error;
            missing.push(model);
          }
        }
        return { changed, missing };
      },
    }),
    route({
      method: 'POST',
      path: '/verify',
      role: 'admin',
      tag: 'jobs',
      summary: 'Prove what is cached',
      body: z.strictObject({
        models: modelsSchema.shape.models.optional().describe('Default: all.'),
        quick: z.boolean().optional().describe('Compare sizes and receipts only.'),
        repair: z.boolean().optional().describe('Fetch damaged files again.'),
      }),
      answer: started,
      audit: { action: 'store.verify', subject: ({ body }) => (body.models ?? []).join(', ') },
      async handle({ body, user }) {
        const subject = (body.models ?? []).join(', ');
        return toJobJson(await jobs.start({ kind: 'verify', subject, user, parameters: body }));
      },
    }),
    route({
      method: 'POST',
      path: '/gc',
      role: 'admin',
      tag: 'jobs',
      summary: 'Remove what nothing refers to',
      body: z.strictObject({ dryRun: z.boolean().optional() }),
      answer: started,
      audit: { action: 'store.gc' },
      async handle({ body, user }) {
        return toJobJson(await jobs.start({ kind: 'gc', subject: '', user, parameters: body }));
      },
    }),
    route({
      method: 'POST',
      path: '/evict',
      role: 'admin',
      tag: 'jobs',
      summary:
        'Remove what was not used for longest, down to the quota. The result is an EvictionResult, which explains each choice.',
      body: evictionSchema,
      answer: started,
      audit: {
        action: 'store.evict',
        subject: ({ body: { toBytes, connection, dryRun = false } }) =>
          [
            toBytes === undefined ? 'to the quota' : `to ${toBytes} bytes`,
            ...(connection === undefined ? [] : [`of ${connection}`]),
            ...(dryRun ? ['dry run'] : []),
          ].join(', '),
      },
      async handle({ body, user }) {
        const { connection: subject = '' } = body;
        return toJobJson(
          await jobs.start({ kind: 'evict', subject, user, parameters: { ...body } }),
        );
      },
    }),
    route({
      method: 'GET',
      path: '/usage',
      role: 'user',
      tag: 'store',
      summary: 'Disk usage',
      answer: {
        status: 200,
        schema: z
          .object({
            models: z.array(
              z.object({ key: z.string(), sizeInBytes: z.number(), exclusiveBytes: z.number() }),
            ),
            logicalBytes: z.number().describe('Of all models, as if nothing were shared.'),
            blobBytes: z.number(),
            blobCount: z.number(),
            unreferencedBytes: z.number(),
            partialBytes: z.number(),
            freeBytes: z.number().optional(),
            totalBytes: z.number().optional(),
          })
          .meta({ id: 'Usage' }),
      },
      handle: ({ user, signal }) => cache.usage({ user, signal }),
    }),
  ];
}
