import * as z from 'zod';

export const previewedFile: z.ZodType = z.object({
  path: z.string(),
  size: z.number(),
  lfs: z.boolean(),
  present: z.boolean().describe('Whether its content is here already.'),
});

export const freeBytes: z.ZodType = z.number().nullable().describe('Null where it is not known.');

export const pullPreviewSchema: z.ZodType = z
  .object({
    modelId: z.string(),
    revision: z.string(),
    commit: z.string(),
    connection: z.string(),
    files: z.array(previewedFile).describe('The first thousand.'),
    fileCount: z.number(),
    omittedCount: z.number().describe('Files that the patterns leave out.'),
    totalBytes: z.number(),
    presentBytes: z.number().describe('Here already, partial files too.'),
    neededBytes: z.number(),
    freeBytes,
    fits: z.boolean(),
    gated: z.boolean(),
    private: z.boolean(),
    license: z.string().nullable(),
    libraryName: z.string().nullable(),
    pipelineName: z.string().nullable(),
    tags: z.array(z.string()),
    cached: z
      .object({
        key: z.string(),
        commit: z.string(),
        complete: z.boolean(),
        sameCommit: z.boolean(),
      })
      .nullable(),
  })
  .meta({ id: 'PullPreview' });

export const deletionPreviewSchema: z.ZodType = z
  .object({
    models: z.array(
      z.object({
        key: z.string(),
        sizeInBytes: z.number(),
        exclusiveBytes: z.number().describe('Bytes that removing this one alone would free.'),
        pinned: z.boolean(),
        lastUsed: z.number().nullable(),
      }),
    ),
    missing: z.array(z.string()),
    sizeInBytes: z.number(),
    freedBytes: z.number().describe('Bytes that removing all of them frees.'),
  })
  .meta({ id: 'DeletionPreview' });

export const exportsPreviewSchema: z.ZodType = z
  .object({
    exports: z.array(
      z.object({
        key: z.string(),
        fileName: z.string(),
        size: z.number().nullable().describe('Null for a compressed archive.'),
        complete: z.boolean().describe('Whether all files of the commit are here, and so in it.'),
        href: z.string().describe("Below the API's address."),
      }),
    ),
    missing: z.array(z.string()),
    totalBytes: z.number().nullable(),
  })
  .meta({ id: 'ExportsPreview' });
