import type { IssuedToken, TokenFacts, UserAccount } from '@modelkeep/server';
import type { OpenedUsers } from '../host.ts';
import { createTransport, type RemoteServer } from './transport.ts';

/** The users of a server, for its admins. */
export function openRemoteUsers(server: RemoteServer): OpenedUsers {
  const transport = createTransport(server);
  const pathOf = (name: string): string => `/users/${encodeURIComponent(name)}`;
  const tokens = async (): Promise<TokenFacts[]> =>
    (await transport.json<{ tokens: TokenFacts[] }>('/tokens')).tokens;
  return {
    users: {
      async *list() {
        yield* (await transport.json<{ users: UserAccount[] }>('/users')).users;
      },
      add: ({ name, role }) =>
        transport.json<UserAccount>('/users', { method: 'POST', body: { name, role } }),
      async remove(name) {
        const { tokens: removed } = await transport.json<{ tokens: number }>(pathOf(name), {
          method: 'DELETE',
        });
        return removed;
      },
      issueToken: ({ user, label, expiresAt }) =>
        transport.json<IssuedToken>(`${pathOf(user)}/tokens`, {
          method: 'POST',
          body: { label, expiresAt },
        }),
      async *listTokens(user) {
        for (const token of await tokens()) {
          if (user === undefined || token.user === user) yield token;
        }
      },
      revokeToken: (id) =>
        transport.json<TokenFacts>(`/tokens/${encodeURIComponent(id)}`, { method: 'DELETE' }),
    },
    close: () => transport.close(),
  };
}
