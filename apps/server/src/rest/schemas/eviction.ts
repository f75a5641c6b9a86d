import * as z from 'zod';
import type { EvictionRequest } from '../../jobs/evict.ts';
import { timeSchema } from './common.ts';

/** What to evict. */
export const evictionSchema: z.ZodType<EvictionRequest> = z.strictObject({
  dryRun: z.boolean().optional().describe('Only tell what would go. Default: false.'),
  toBytes: z.int().min(0).optional().describe('Most bytes that may be left. Default: the quota.'),
  connection: z
    .string()
    .min(1)
    .max(512)
    .optional()
    .describe('Count and evict only what came through it. Default: all.'),
  unusedForMs: z
    .int()
    .min(0)
    .optional()
    .describe('Spare what was used within this time. Default: ten minutes.'),
  imported: z
    .boolean()
    .optional()
    .describe(
      'Also what no connection can bring back: imports, models of connections that are gone, all while offline. Default: false.',
    ),
});

export const evictionResultSchema: z.ZodType = z
  .object({
    dryRun: z.boolean(),
    connection: z.string().optional(),
    usedBytes: z.number().describe('Before, each content once.'),
    targetBytes: z.number(),
    unreferencedBytes: z.number().describe('That nothing referred to: they go first.'),
    freedBytes: z.number(),
    keptCount: z.number(),
    choices: z
      .array(
        z
          .object({
            key: z.string(),
            evicted: z.boolean(),
            reason: z.enum([
              'least-recently-used',
              'old-commit',
              'pinned',
              'in-use',
              'recently-used',
              'imported',
              'shared',
              'enough',
              'changed',
            ]),
            why: z.string().describe('The reason in words.'),
            sizeInBytes: z.number(),
            freedBytes: z.number(),
            lastUsed: timeSchema.describe('Or stored, if no use was noted.'),
          })
          .meta({ id: 'EvictionChoice' }),
      )
      .describe('All that go, and the first five hundred that stay.'),
  })
  .meta({ id: 'EvictionResult' });
