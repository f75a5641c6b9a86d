import type { Facets } from '../../api/types.ts';
import type { SelectOption } from '../../ui/select.tsx';
import type { ModelsSearch } from './models-search.ts';

interface Filter {
  readonly name: Exclude<keyof ModelsSearch, 'search' | 'sort' | 'order'>;
  readonly label: string;
  /** Where they are told by the server, the name of the list. */
  readonly options:
    | readonly SelectOption[]
    | Extract<keyof Facets, 'libraries' | 'tasks' | 'languages' | 'licenses' | 'connections'>;
}

export const FILTERS: readonly Filter[] = [
  { name: 'library', label: 'Library', options: 'libraries' },
  { name: 'task', label: 'Task', options: 'tasks' },
  { name: 'language', label: 'Language', options: 'languages' },
  { name: 'license', label: 'Licence', options: 'licenses' },
  { name: 'connection', label: 'Connection', options: 'connections' },
  {
    name: 'state',
    label: 'Files',
    options: [
      { id: 'complete', name: 'Complete' },
      { id: 'partial', name: 'Partial' },
    ],
  },
  {
    name: 'unused',
    label: 'Unused for',
    options: [
      { id: '7', name: '7 days' },
      { id: '30', name: '30 days' },
      { id: '90', name: '90 days' },
      { id: '180', name: '180 days' },
      { id: '365', name: 'a year' },
    ],
  },
  {
    name: 'pinned',
    label: 'Pinned',
    options: [
      { id: 'true', name: 'Pinned' },
      { id: 'false', name: 'Not pinned' },
    ],
  },
];

/** Ways to sort, each with its direction. */
export const SORT_FIELDS: readonly SelectOption[] = [
  { id: 'key asc', name: 'Name' },
  { id: 'size desc', name: 'Largest first' },
  { id: 'used desc', name: 'Used last' },
  { id: 'used asc', name: 'Unused the longest' },
  { id: 'downloaded desc', name: 'Newest first' },
];

/** A filter that is set, for people: `Unused for: 30 days`. */
export function filterText({ label, options }: Filter, value: string): string {
  const option = typeof options === 'string' ? undefined : options.find(({ id }) => id === value);
  return `${label}: ${option?.name ?? value}`;
}
