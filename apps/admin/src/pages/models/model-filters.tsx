import { useQuery } from '@tanstack/react-query';
import { SlidersHorizontal } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { api } from '../../api/client.ts';
import type { Facet } from '../../api/types.ts';
import { formatNumber } from '../../format/count.ts';
import { Button } from '../../ui/button.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { Select, type SelectOption } from '../../ui/select.tsx';
import { FilterChips } from './filter-chips.tsx';
import { FILTERS, SORT_FIELDS } from './filters.ts';
import type { ModelSort, ModelsSearch } from './models-search.ts';

const TYPING_MS = 200;
const ANY = 'any';

interface ModelFiltersProps {
  readonly search: ModelsSearch;
  readonly onChange: (changed: Partial<ModelsSearch>) => void;
}

/** What the table is narrowed to. */
export function ModelFilters({ search, onChange }: ModelFiltersProps): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const active = FILTERS.filter(({ name }) => search[name] !== undefined);
  return (
    <div className="flex flex-col gap-3">
      <div className="flex gap-2">
        <div className="min-w-0 flex-1 sm:max-w-md">
          <NameSearch search={search} onChange={onChange} />
        </div>
        <Button
          icon={<SlidersHorizontal aria-hidden className="size-4" />}
          aria-expanded={isOpen}
          aria-controls="model-filters"
          onPress={() => setOpen(!isOpen)}
        >
          Filters{active.length > 0 ? ` (${active.length})` : ''}
        </Button>
      </div>
      <div id="model-filters" className="empty:hidden">
        {isOpen && <FilterFields search={search} onChange={onChange} />}
      </div>
      <FilterChips search={search} onChange={onChange} />
    </div>
  );
}

function NameSearch({ search, onChange }: ModelFiltersProps): ReactNode {
  const [text, setText] = useState(search.search ?? '');
  const [asked, setAsked] = useState(text);
  if ((search.search ?? '') !== asked) {
    // The address was changed elsewhere: by a link, or by going back.
    setAsked(search.search ?? '');
    setText(search.search ?? '');
  }
  useEffect(() => {
    if (text === asked) return undefined;
    const timer = setTimeout(() => {
      setAsked(text);
      onChange({ search: text === '' ? undefined : text });
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, asked, onChange]);
  return <SearchField label="Search models" value={text} onChange={setText} />;
}

function FilterFields({ search, onChange }: ModelFiltersProps): ReactNode {
  const { data: facets } = useQuery(api.queryOptions('get', '/facets', {}));
  return (
    <div className="panel grid grid-cols-1 gap-3 p-4 min-[26rem]:grid-cols-2 md:grid-cols-4">
      <SortField search={search} onChange={onChange} />
      {FILTERS.map(({ name, label, options }) => {
        const known = typeof options === 'string' ? facetOptions(facets?.[options]) : options;
        const value = search[name];
        const all =
          value === undefined || known.some(({ id }) => id === value)
            ? known
            : [...known, { id: value, name: value }];
        return (
          <Select
            key={name}
            label={label}
            options={[{ id: ANY, name: 'Any' }, ...all]}
            value={value ?? ANY}
            onChange={(id) => onChange({ [name]: id === ANY ? undefined : id })}
          />
        );
      })}
    </div>
  );
}

/** For narrow screens, on which the heads of most columns are not there. */
function SortField({ search, onChange }: ModelFiltersProps): ReactNode {
  return (
    <div className="sm:hidden">
      <Select
        label="Sort by"
        options={SORT_FIELDS}
        value={`${search.sort ?? 'key'} ${search.order ?? 'asc'}`}
        onChange={(id) => {
          const [sort, order] = id.split(' ') as [ModelSort, 'asc' | 'desc'];
          onChange({ sort, order });
        }}
      />
    </div>
  );
}

function facetOptions(facets: readonly Facet[] = []): readonly SelectOption[] {
  return facets.map(({ name, count }) => ({
    id: name === '' ? '(imported)' : name,
    name: name === '' ? '(imported)' : name,
    note: formatNumber(count),
  }));
}
