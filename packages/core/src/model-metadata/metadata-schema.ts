import type { ZodType } from 'zod';

export const METADATA_VERSION = 0;
export const METADATA_FILE = 'model_metadata.json';

/** What a well-formed version 0 file is. Unknown fields are let through; the required ones are checked by the reader itself. */
export async function modelMetadataSchema(): Promise<ZodType> {
  // zod costs tens of milliseconds to load; most commands never read an archive.
  const { z } = await import('zod');
  const text = z.string().nullish();
  const epoch = z.number().int().nonnegative().nullish();
  const texts = z.array(z.string()).nullish();
  return z.looseObject({
    commitHash: z
      .string()
      .regex(/^(?:[0-9a-f]{40})?$/i, 'must be a commit of 40 hexadecimal digits')
      .nullish(),
    downloadDate: epoch,
    downloadedBy: text,
    lastDssUsage: epoch,
    lastModified: z
      .string()
      .refine((date) => !Number.isNaN(Date.parse(date)), 'must be a date as ISO 8601 has it')
      .nullish(),
    lastUsedBy: text,
    libraryName: text,
    modelDefinition: z.looseObject({ key: z.string() }),
    pipelineName: text,
    sizeInBytes: z.number().int().nonnegative().nullish(),
    taggedLanguages: texts,
    tags: texts,
    url: z.string().min(1),
    version: z.literal(METADATA_VERSION),
  });
}
