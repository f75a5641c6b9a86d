import * as z from 'zod';
import { type Route, route } from '../route.ts';
import { jobSchema, toJobJson } from '../schemas/job.ts';
import type { Services } from '../services.ts';

const MOST_MODELS = 1000;
const MOST_GLOBS = 100;

const name = z.string().min(1).max(512);
const globs = z.array(z.string().min(1).max(512)).max(MOST_GLOBS).optional();
const started = { status: 202, schema: jobSchema };

/** What becomes a job: pull, import, verify, garbage collection. */
export function workRoutes({ jobs, cache }: Services): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/pulls',
      role: 'user',
      tag: 'jobs',
      summary: 'Fetch a model, or what has changed in it',
      body: z.strictObject({
        model: name.describe('`org/name` or `org/name@revision`.'),
        connection: name.optional(),
        include: globs,
        exclude: globs,
      }),
      answer: started,
      audit: { action: 'model.pull', subject: ({ body }) => body.model },
      async handle({ body, user }) {
        const job = await jobs.start({ kind: 'pull', subject: body.model, user, parameters: body });
        return toJobJson(job);
      },
    }),
    route({
      method: 'POST',
      path: '/imports',
      role: 'admin',
      tag: 'jobs',
      summary: 'Import an archive that was uploaded, or that lies on the server',
      body: z.union([
        z.strictObject({ upload: z.string().regex(/^[0-9a-f]{32}$/, 'is no id of an upload') }),
        z.strictObject({
          path: z
            .string()
            .min(1)
            .max(4096)
            .refine((path) => !path.includes('\0'), 'has a NUL')
            .describe("An archive or an unpacked folder on the server's machine."),
        }),
      ]),
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
      path: '/verify',
      role: 'admin',
      tag: 'jobs',
      summary: 'Prove what is cached',
      body: z.strictObject({
        models: z.array(name).min(1).max(MOST_MODELS).optional().describe('Default: all.'),
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
