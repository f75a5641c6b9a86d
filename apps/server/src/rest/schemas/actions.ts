import * as z from 'zod';

const MOST_MODELS = 1000;
const MOST_GLOBS = 100;

const nameSchema: z.ZodString = z.string().min(1).max(512);

const globs = z.array(z.string().min(1).max(512)).max(MOST_GLOBS).optional();

interface PullBody {
  readonly model: string;
  readonly connection?: string | undefined;
  readonly include?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
}

/** What to fetch. */
export const pullSchema: z.ZodType<PullBody> = z.strictObject({
  model: nameSchema.describe('`org/name` or `org/name@revision`.'),
  connection: nameSchema.optional(),
  include: globs,
  exclude: globs,
});

/** Models to do something with. */
export const modelsSchema: z.ZodObject<{ models: z.ZodArray<z.ZodString> }, z.core.$strict> =
  z.strictObject({ models: z.array(nameSchema).min(1).max(MOST_MODELS) });

export const formatSchema: z.ZodDefault<
  z.ZodEnum<{ tar: 'tar'; 'tar.gz': 'tar.gz'; 'tar.zst': 'tar.zst'; zip: 'zip' }>
> = z.enum(['tar', 'tar.gz', 'tar.zst', 'zip']).default('tar');

/** An archive that was uploaded, or that lies on the server. */
export const archiveSchema: z.ZodType<{ readonly upload: string } | { readonly path: string }> =
  z.union([
    z.strictObject({ upload: z.string().regex(/^[0-9a-f]{32}$/, 'is no id of an upload') }),
    z.strictObject({
      path: z
        .string()
        .min(1)
        .max(4096)
        .refine((path) => !path.includes('\0'), 'has a NUL')
        .describe("An archive or an unpacked folder on the server's machine."),
    }),
  ]);
