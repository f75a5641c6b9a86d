import * as z from 'zod';
import { evictionResultSchema } from './eviction.ts';
import { freeBytes, previewedFile } from './previews.ts';

const preflightSchema = z
  .object({
    importable: z.boolean(),
    problem: z
      .object({
        code: z.string(),
        message: z.string(),
        details: z.record(z.string(), z.unknown()),
      })
      .nullable()
      .describe('Why it cannot be imported; the rest is null or empty then.'),
    model: z
      .object({
        key: z.string(),
        modelId: z.string(),
        revision: z.string(),
        commit: z.string(),
        derived: z.boolean().describe('Whether the commit was made up from the content.'),
        url: z.string(),
        license: z.string().nullable(),
        libraryName: z.string().nullable(),
        pipelineName: z.string().nullable(),
        fileCount: z.number(),
        sizeInBytes: z.number(),
        addedFiles: z.number(),
        addedBytes: z.number(),
        presentBytes: z.number(),
        files: z.array(previewedFile).describe('The first thousand.'),
      })
      .nullable(),
    replaces: z.object({ key: z.string(), commit: z.string() }).nullable(),
    warnings: z.array(z.string()).describe('What would be left out, and what was guessed.'),
    freeBytes,
  })
  .meta({ id: 'ImportPreflight' });

const deletionSchema = z
  .object({
    removed: z.array(z.object({ key: z.string(), freedBytes: z.number() })),
    missing: z.array(z.string()),
    failed: z.array(z.object({ key: z.string(), code: z.string(), message: z.string() })),
    freedBytes: z.number(),
  })
  .meta({ id: 'DeletionResult' });

const verifySchema = z
  .object({
    models: z.number(),
    checkedFiles: z.number(),
    checkedBytes: z.number(),
    full: z.boolean().describe('Whether content was read.'),
    problems: z.array(
      z.object({
        kind: z.string(),
        modelId: z.string().optional(),
        commit: z.string().optional(),
        path: z.string(),
        expected: z.string().optional(),
        found: z.string().optional(),
        repaired: z.boolean(),
        reason: z.string().optional(),
      }),
    ),
    warnings: z
      .array(z.string())
      .describe('What is no problem, and what could not be looked at: the last hundred.'),
  })
  .meta({ id: 'VerifyReport' });

/** What the results of jobs look like, by the name of their schema: a job's own does not say. */
export const JOB_RESULTS: Readonly<Record<string, z.ZodType>> = {
  ImportPreflight: preflightSchema,
  DeletionResult: deletionSchema,
  EvictionResult: evictionResultSchema,
  VerifyReport: verifySchema,
};
