import { choiceParam, textParam } from '../../shell/search-params.ts';

export const SORTS = ['key', 'size', 'files', 'downloaded', 'used'] as const;
export const STATES = ['complete', 'partial'] as const;
export const UNUSED_DAYS = ['7', '30', '90', '180', '365'] as const;

export type ModelSort = (typeof SORTS)[number];

/** What the table of models shows: all of it stands in the address. */
export interface ModelsSearch {
  readonly search?: string | undefined;
  readonly library?: string | undefined;
  readonly task?: string | undefined;
  readonly language?: string | undefined;
  readonly license?: string | undefined;
  /** `(imported)` for those that came through none. */
  readonly connection?: string | undefined;
  readonly state?: (typeof STATES)[number] | undefined;
  readonly unused?: (typeof UNUSED_DAYS)[number] | undefined;
  readonly pinned?: 'true' | 'false' | undefined;
  readonly sort?: ModelSort | undefined;
  readonly order?: 'asc' | 'desc' | undefined;
}

const IMPORTED = '(imported)';

export function parseModelsSearch(search: Record<string, unknown>): ModelsSearch {
  return {
    search: textParam(search, 'search'),
    library: textParam(search, 'library'),
    task: textParam(search, 'task'),
    language: textParam(search, 'language'),
    license: textParam(search, 'license'),
    connection: textParam(search, 'connection'),
    state: choiceParam(search, 'state', STATES),
    unused: choiceParam(search, 'unused', UNUSED_DAYS),
    pinned: choiceParam(search, 'pinned', ['true', 'false'] as const),
    sort: choiceParam(search, 'sort', SORTS),
    order: choiceParam(search, 'order', ['asc', 'desc'] as const),
  };
}

/** The same as the API asks for it. */
export function toQuery({
  state,
  unused,
  connection,
  sort,
  order,
  ...search
}: ModelsSearch): Filter {
  const filter = Object.fromEntries(
    Object.entries(search).filter(([, value]) => value !== undefined),
  ) as Filter;
  return {
    ...filter,
    ...(connection === undefined ? {} : { connection: connection === IMPORTED ? '' : connection }),
    ...(state === undefined ? {} : { complete: state === 'complete' ? 'true' : 'false' }),
    ...(unused === undefined ? {} : { unusedForDays: Number(unused) }),
  };
}

interface Filter {
  readonly search?: string;
  readonly library?: string;
  readonly task?: string;
  readonly language?: string;
  readonly license?: string;
  readonly connection?: string;
  readonly complete?: 'true' | 'false';
  readonly pinned?: 'true' | 'false';
  readonly unusedForDays?: number;
}
