import createClient, { type Middleware } from 'openapi-fetch';
import createQueryClient from 'openapi-react-query';
import { apiBase } from './api-base.ts';
import { readApiError, UnreachableError } from './api-error.ts';
import { connection } from './connection.ts';
import type { paths } from './schema.d.ts';

const refusals: Middleware = {
  async onResponse({ response }) {
    connection.answered();
    if (!response.ok) throw await readApiError(response);
  },
  onError({ error, request }) {
    if (request.signal.aborted) return;
    connection.failed();
    throw new UnreachableError(error);
  },
};

/** The API, typed from its OpenAPI document. Fails with `ApiError` or `UnreachableError`. */
export const client = createClient<paths>({
  baseUrl: apiBase,
  // Marks a request as this page's own: a form on another site cannot send it.
  headers: { 'X-Requested-With': 'modelkeep' },
});
client.use(refusals);

/** The same for the query cache. */
export const api = createQueryClient(client);
