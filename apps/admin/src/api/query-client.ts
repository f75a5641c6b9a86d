import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError, UnreachableError } from './api-error.ts';
import { connection } from './connection.ts';

const FRESH_MS = 15_000;
const MOST_RETRIES = 2;

function onError(error: unknown): void {
  // The session has ended: the page asks who is there, and shows the sign-in.
  if (error instanceof ApiError && error.status === 401)
    void queryClient.invalidateQueries({ queryKey: ['get', '/session'] });
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      networkMode: 'always',
      retry: (count, error) =>
        count < MOST_RETRIES &&
        (error instanceof UnreachableError || (error instanceof ApiError && error.status >= 500)),
    },
    mutations: { networkMode: 'always' },
  },
});

/** What is shown may be old once the server was away. */
connection.subscribe(() => {
  if (connection.isUp) void queryClient.invalidateQueries();
});
