import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { Model } from '../../api/types.ts';
import { type ModelsSearch, toQuery } from './models-search.ts';

const PAGE = 100;

export interface ModelRows {
  readonly total: number | undefined;
  readonly sizeInBytes: number | undefined;
  /** Undefined while it is on its way. */
  at(index: number): Model | undefined;
  readonly error: Error | null;
  readonly isStale: boolean;
  readonly retry: () => void;
}

function pageOptions(search: ModelsSearch, page: number) {
  return api.queryOptions('get', '/models', {
    params: {
      query: {
        ...toQuery(search),
        sort: search.sort ?? 'key',
        order: search.order ?? 'asc',
        offset: page * PAGE,
        limit: PAGE,
        fields: 'short',
      },
    },
  });
}

/** The models from `first` to `last` of what `search` finds, page by page as they are looked at. */
export function useModelRows(search: ModelsSearch, first: number, last: number): ModelRows {
  const start = useQuery({ ...pageOptions(search, 0), placeholderData: keepPreviousData });
  const firstPage = Math.max(1, Math.floor(first / PAGE));
  const count = Math.max(0, Math.floor(last / PAGE) - firstPage + 1);
  const others = useQueries({
    queries: Array.from({ length: count }, (_, index) => pageOptions(search, firstPage + index)),
  });
  return {
    total: start.data?.total,
    sizeInBytes: start.data?.sizeInBytes,
    at(index) {
      const page = Math.floor(index / PAGE);
      const data = page === 0 ? start.data : others[page - firstPage]?.data;
      return data?.models[index % PAGE];
    },
    error: start.error ?? others.find(({ error }) => error !== null)?.error ?? null,
    isStale: start.isPlaceholderData,
    retry: () => void start.refetch(),
  };
}
