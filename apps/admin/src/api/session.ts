import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, client } from './client.ts';
import { queryClient } from './query-client.ts';
import type { SessionState } from './types.ts';

export const sessionOptions = queryOptions({
  ...api.queryOptions('get', '/session'),
  staleTime: 60_000,
});

/** Who looks at the page. Only where somebody is signed in. */
export function useUser(): { readonly name: string; readonly isAdmin: boolean } {
  const { data } = useQuery(sessionOptions);
  return { name: data?.user?.name ?? '', isAdmin: data?.user?.role === 'admin' };
}

/** Somebody else may see other things: what was shown is forgotten. */
function begin(state: SessionState): void {
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[1] !== '/session' });
  queryClient.setQueryData(sessionOptions.queryKey, state);
}

export async function signIn(by: { token: string } | { link: string }): Promise<void> {
  const { data } = await client.POST('/session', { body: by });
  if (data !== undefined) begin(data);
}

export async function signOut(): Promise<void> {
  await client.DELETE('/session');
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[1] !== '/session' });
  await queryClient.invalidateQueries(sessionOptions);
}
