import * as z from 'zod';
import { timeSchema } from './common.ts';

export const roleSchema: z.ZodType<'admin' | 'user'> = z.enum(['admin', 'user']);

export const sessionSchema: z.ZodType = z
  .object({
    id: z.string(),
    user: z.string(),
    createdAt: timeSchema,
    lastUsed: timeSchema.describe('To within some minutes.'),
    expiresAt: timeSchema.describe('When it ends if nobody uses it from now on.'),
    address: z.string(),
    agent: z.string().describe('What the browser calls itself.'),
    tokenId: z.string().nullable().describe("Null for a link of the server's console."),
    current: z.boolean().describe('Whether the request came by it.'),
  })
  .meta({ id: 'Session' });

export const sessionStateSchema: z.ZodType = z
  .object({
    user: z
      .object({ name: z.string(), role: roleSchema })
      .nullable()
      .describe('Null for who has to sign in first.'),
    via: z
      .enum(['machine', 'token', 'session', 'anybody'])
      .nullable()
      .describe('`machine`: there are no users yet, and the request is of this machine.'),
    session: sessionSchema.nullable(),
    needsSetup: z
      .boolean()
      .describe('Whether there are no users yet, and the caller may add the first.'),
    version: z.string(),
  })
  .meta({ id: 'SessionState' });
