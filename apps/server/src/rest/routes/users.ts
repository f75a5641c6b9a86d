import { ModelkeepError } from '@modelkeep/core/spi';
import * as z from 'zod';
import type { TokenFacts, UserAccount } from '../../access/user-records.ts';
import { type Route, route } from '../route.ts';
import { roleSchema } from '../schemas/session.ts';
import { issuedSchema, newTokenSchema, tokenSchema, userSchema } from '../schemas/user.ts';
import type { Services } from '../services.ts';

const TAG = 'users';
const nameSchema = z.object({ name: z.string().min(1).max(64) });
/** Users and tokens. A user sees and revokes their own tokens; an admin does all. */
export function userRoutes({ users }: Services): readonly Route[] {
  const keepAnAdmin = async (leaving: string): Promise<void> => {
    for await (const { name, role: held } of users.list()) {
      if (held === 'admin' && name !== leaving) return;
    }
    throw new ModelkeepError('conflict', `${leaving} is the only admin: add another one first`);
  };
  return [
    route({
      method: 'GET',
      path: '/me',
      role: 'user',
      tag: TAG,
      summary: 'Who asks',
      answer: { status: 200, schema: z.object({ name: z.string(), role: roleSchema }) },
      handle: ({ user }) => Promise.resolve({ name: user.name, role: user.role }),
    }),
    route({
      method: 'GET',
      path: '/users',
      role: 'admin',
      tag: TAG,
      summary: 'All users',
      answer: { status: 200, schema: z.object({ users: z.array(userSchema) }) },
      handle: async (): Promise<{ users: UserAccount[] }> => ({
        users: await Array.fromAsync(users.list()),
      }),
    }),
    route({
      method: 'POST',
      path: '/users',
      role: 'admin',
      tag: TAG,
      summary: 'Add a user',
      body: z.strictObject({ name: z.string().min(1).max(64), role: roleSchema.default('user') }),
      answer: { status: 201, schema: userSchema },
      audit: { action: 'user.add', subject: ({ body }) => `${body.name} as ${body.role}` },
      handle: ({ body, user }) => users.add({ ...body, by: user.name }),
    }),
    route({
      method: 'PATCH',
      path: '/users/{name}',
      role: 'admin',
      tag: TAG,
      summary: "Change a user's role",
      params: nameSchema,
      body: z.strictObject({ role: roleSchema }),
      answer: { status: 200, schema: userSchema },
      audit: {
        action: 'user.role',
        subject: ({ params, body }) => `${params.name} to ${body.role}`,
      },
      async handle({ params, body }) {
        if (body.role !== 'admin') await keepAnAdmin(params.name);
        return users.setRole(params.name, body.role);
      },
    }),
    route({
      method: 'DELETE',
      path: '/users/{name}',
      role: 'admin',
      tag: TAG,
      summary: 'Remove a user with all tokens',
      params: nameSchema,
      answer: { status: 200, schema: z.object({ name: z.string(), tokens: z.number() }) },
      audit: { action: 'user.remove', subject: ({ params }) => params.name },
      async handle({ params: { name } }) {
        if ((await users.find(name))?.role === 'admin') await keepAnAdmin(name);
        return { name, tokens: await users.remove(name) };
      },
    }),
    route({
      method: 'GET',
      path: '/tokens',
      role: 'user',
      tag: TAG,
      summary: 'Tokens: all of them for an admin, else the own ones',
      answer: { status: 200, schema: z.object({ tokens: z.array(tokenSchema) }) },
      handle: async ({ user }): Promise<{ tokens: TokenFacts[] }> => ({
        tokens: await Array.fromAsync(
          users.listTokens(user.role === 'admin' ? undefined : user.name),
        ),
      }),
    }),
    route({
      method: 'POST',
      path: '/users/{name}/tokens',
      role: 'admin',
      tag: TAG,
      summary: 'Issue a token',
      params: nameSchema,
      body: newTokenSchema,
      answer: { status: 201, schema: issuedSchema },
      audit: { action: 'token.issue', subject: ({ params }) => params.name },
      handle: ({ params, body: { label, expiresAt } }) =>
        users.issueToken({
          user: params.name,
          ...(label === undefined ? {} : { label }),
          ...(expiresAt === undefined ? {} : { expiresAt }),
        }),
    }),
    route({
      method: 'POST',
      path: '/me/tokens',
      role: 'user',
      tag: TAG,
      summary: 'Issue a token to oneself',
      body: newTokenSchema,
      answer: { status: 201, schema: issuedSchema },
      audit: { action: 'token.issue' },
      handle: ({ user, body: { label, expiresAt } }) =>
        users.issueToken({
          user: user.name,
          ...(label === undefined ? {} : { label }),
          ...(expiresAt === undefined ? {} : { expiresAt }),
        }),
    }),
    route({
      method: 'DELETE',
      path: '/tokens/{id}',
      role: 'user',
      tag: TAG,
      summary: 'Revoke a token',
      params: z.object({ id: z.string().min(1).max(64) }),
      answer: { status: 200, schema: tokenSchema },
      audit: { action: 'token.revoke', subject: ({ params }) => params.id },
      async handle({ params: { id }, user }) {
        const own = await Array.fromAsync(
          users.listTokens(user.role === 'admin' ? undefined : user.name),
        );
        if (!own.some((token) => token.id === id)) {
          throw new ModelkeepError('object-not-found', `there is no token ${id}`);
        }
        return users.revokeToken(id);
      },
    }),
  ];
}
