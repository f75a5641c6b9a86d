import * as z from 'zod';
import { AGES } from '../../overview/breakdown.ts';
import type { Overview } from '../../overview/create-overview.ts';
import { WARNING_KINDS } from '../../overview/warnings.ts';
import { timeSchema } from './common.ts';

const sliceSchema = z
  .object({
    name: z.string().nullable().describe('Null: all others.'),
    count: z.number(),
    sizeInBytes: z.number(),
  })
  .meta({ id: 'Slice' });

const bytes = z.number();

export const overviewSchema: z.ZodType = z
  .object({
    store: z.object({
      blobBytes: bytes.describe('What is on the disk, each content once.'),
      blobCount: z.number(),
      logicalBytes: bytes.describe('Of all models, as if nothing were shared.'),
      savedBytes: bytes.describe('What sharing saves.'),
      unreferencedBytes: bytes.describe('What a garbage collection would free.'),
      partialBytes: bytes,
      freeBytes: bytes.nullable(),
      totalBytes: bytes.nullable(),
      quotaBytes: bytes.nullable().describe('Null: as much as the volume has.'),
      evicts: z.boolean().describe('Whether models may be evicted so that others fit.'),
    }),
    models: z.object({ count: z.number(), partial: z.number(), pinned: z.number() }),
    byModel: z.array(sliceSchema),
    byLibrary: z.array(sliceSchema).describe('An empty name: no library is known.'),
    byAge: z.array(sliceSchema).describe(`By last use, in this order: ${AGES.join(', ')}.`),
    fetching: z
      .array(
        z.object({
          modelId: z.string(),
          path: z.string(),
          doneBytes: bytes,
          totalBytes: bytes,
          receivedBytes: bytes,
          bytesPerSecond: z.number(),
          startedAt: timeSchema,
        }),
      )
      .describe('By this server.'),
    fetchingElsewhere: z.number().describe('Contents that other processes of the store fetch.'),
    jobs: z.object({ running: z.number(), queued: z.number() }),
    warnings: z.array(
      z
        .object({
          kind: z.enum(WARNING_KINDS),
          severity: z.enum(['info', 'warning', 'error']),
          message: z.string(),
          subject: z.string().nullable().describe('A connection, a token, a job.'),
          since: timeSchema.nullable(),
        })
        .meta({ id: 'Warning' }),
    ),
  })
  .meta({ id: 'Overview' });

export function toOverviewJson({ store, ...rest }: Overview): object {
  const { referencedBytes: _, freeBytes = null, totalBytes = null, ...others } = store;
  const { quotaBytes = null, ...bytesOf } = others;
  return { store: { ...bytesOf, freeBytes, totalBytes, quotaBytes }, ...rest };
}
