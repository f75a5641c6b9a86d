import * as z from 'zod';
import type { Job, JobProgress } from '../../jobs/job.ts';
import { timeSchema } from './common.ts';

export const jobSchema: z.ZodType = z
  .object({
    id: z.string(),
    kind: z.enum(['pull', 'verify', 'gc', 'import']),
    subject: z.string().describe('What it is about: a model, a file; empty for the whole store.'),
    user: z.string(),
    state: z.enum(['queued', 'running', 'done', 'failed', 'cancelled', 'interrupted']),
    createdAt: timeSchema,
    startedAt: timeSchema.nullable(),
    endedAt: timeSchema.nullable(),
    parameters: z.record(z.string(), z.unknown()),
    result: z.unknown().describe('Of a job that is done; what it is depends on its kind.'),
    error: z
      .object({
        code: z.string(),
        message: z.string(),
        details: z.record(z.string(), z.unknown()),
      })
      .nullable(),
    warnings: z.array(z.string()),
    progress: z
      .object({
        doneBytes: z.number(),
        totalBytes: z.number().optional(),
        doneFiles: z.number(),
        totalFiles: z.number().optional(),
        active: z.array(
          z.object({ path: z.string(), doneBytes: z.number(), totalBytes: z.number() }),
        ),
      })
      .nullable(),
  })
  .meta({ id: 'Job' });

/** A job as clients see it. */
export function toJobJson(job: Job, progress?: JobProgress): object {
  const { server: _server, role: _role, ...shown } = job;
  return { ...shown, progress: progress === undefined ? null : withoutType(progress) };
}

function withoutType({ type: _type, ...progress }: JobProgress): object {
  return progress;
}
