import * as z from 'zod';

/** How a route refuses. */
export const errorSchema: z.ZodType = z
  .object({
    error: z.object({
      code: z.string().describe('One of a closed list: `model-not-cached`, `access-denied`, …'),
      message: z.string(),
      details: z.record(z.string(), z.unknown()),
    }),
  })
  .meta({ id: 'Error' });

/** A model key, or a name as people write it. */
export const keySchema: z.ZodType<{ readonly key: string }> = z.object({
  key: z.string().min(1).max(512).describe('`hf@org/name` or `org/name@v1`, percent-encoded.'),
});

export const timeSchema: z.ZodType<number> = z.number().describe('ms since the epoch');

/** How many on a page. */
export function limitSchema(most: number, usual: number): z.ZodType<number> {
  return z.coerce.number().int().min(1).max(most).default(usual);
}

/** A yes or no in a query. */
export const flagSchema: z.ZodType<boolean | undefined> = z
  .enum(['true', 'false'])
  .optional()
  .transform((text) => (text === undefined ? undefined : text === 'true'));

/** The name of a model, as core takes it. */
export function nameOfKey(key: string): string {
  return key.startsWith('hf@') ? key.slice('hf@'.length) : key;
}
