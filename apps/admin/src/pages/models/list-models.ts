import { client } from '../../api/client.ts';
import { type ModelsSearch, toQuery } from './models-search.ts';

/** How many the server takes at once. */
export const MOST_AT_ONCE = 1000;

/** The key and size of what `search` finds, as many as can be acted on at once. */
export async function listModels(
  search: ModelsSearch,
): Promise<readonly { readonly key: string; readonly sizeInBytes: number }[]> {
  const { data } = await client.GET('/models', {
    params: { query: { ...toQuery(search), limit: MOST_AT_ONCE, fields: 'short' } },
  });
  return data?.models ?? [];
}
