import * as z from 'zod';
import { JOB_KINDS, type Job, type JobProgress } from '../../jobs/job.ts';
import { timeSchema } from './common.ts';

export const jobSchema: z.ZodType = z
  .object({
    id: z.string(),
    kind: z.enum(JOB_KINDS),
    subject: z.string().describe('What it is about: a model, a file; empty for the whole store.'),
    user: z.string(),
    state: z.enum(['queued', 'running', 'done', 'failed', 'cancelled', 'interrupted']),
    createdAt: timeSchema,
    startedAt: timeSchema.nullable(),
    endedAt: timeSchema.nullable(),
    parameters: z.record(z.string(), z.unknown()),
    result: z
      .unknown()
      .describe(
        'Of a job that is done; what it is depends on its kind: ImportPreflight, DeletionResult, EvictionResult, VerifyReport, …',
      ),
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
        bytesPerSecond: z.number().nullable().describe('Over the last few seconds.'),
        secondsLeft: z.number().nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'Job' });

/** A job as clients see it. */
export function toJobJson(job: Job, progress?: JobProgress): object {
  const { server: _server, role: _role, ...shown } = job;
  return { ...shown, progress: progress === undefined ? null : toProgressJson(progress) };
}

function toProgressJson({ type: _type, bytesPerSecond, ...progress }: JobProgress): object {
  const { doneBytes, totalBytes } = progress;
  const isKnown = totalBytes !== undefined && bytesPerSecond !== undefined && bytesPerSecond > 0;
  return {
    ...progress,
    bytesPerSecond: bytesPerSecond === undefined ? null : Math.round(bytesPerSecond),
    secondsLeft: isKnown ? Math.ceil((totalBytes - doneBytes) / bytesPerSecond) : null,
  };
}
