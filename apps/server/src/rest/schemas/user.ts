import * as z from 'zod';
import { timeSchema } from './common.ts';
import { roleSchema } from './session.ts';

export const userSchema: z.ZodType = z
  .object({ name: z.string(), role: roleSchema, createdAt: timeSchema, createdBy: z.string() })
  .meta({ id: 'User' });

const tokenFields = {
  id: z.string(),
  user: z.string(),
  label: z.string().nullable(),
  createdAt: timeSchema,
  expiresAt: timeSchema.nullable(),
  lastUsed: timeSchema.nullable().describe('An hour more or less. Null: never.'),
};

export const tokenSchema: z.ZodType = z.object(tokenFields).meta({ id: 'Token' });

export const issuedSchema: z.ZodType = z
  .object({ ...tokenFields, token: z.string().describe('Shown this once.') })
  .meta({ id: 'IssuedToken' });

/** How a token is to be. */
export const newTokenSchema: z.ZodType<{
  readonly label?: string | undefined;
  readonly expiresAt?: number | undefined;
}> = z.strictObject({
  label: z.string().max(100).optional(),
  expiresAt: z.number().int().positive().max(8_640_000_000_000_000).optional(),
});
