import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { Tag, TagGroup, TagList } from 'react-aria-components/TagGroup';
import { FILTERS, filterText } from './filters.ts';
import type { ModelsSearch } from './models-search.ts';

/** The filters that are set, each to be taken away. */
export function FilterChips({
  search,
  onChange,
}: {
  readonly search: ModelsSearch;
  readonly onChange: (changed: Partial<ModelsSearch>) => void;
}): ReactNode {
  const active = FILTERS.flatMap((filter) => {
    const value = search[filter.name];
    return value === undefined ? [] : [{ id: filter.name, text: filterText(filter, value) }];
  });
  if (active.length === 0) return null;
  return (
    <TagGroup
      aria-label="Filters that are set"
      onRemove={(keys) => onChange(Object.fromEntries([...keys].map((key) => [key, undefined])))}
    >
      <TagList items={active} className="flex flex-wrap gap-2">
        {({ text }) => (
          <Tag
            textValue={text}
            className="flex items-center gap-1 rounded-full border border-line bg-surface py-0.5 pr-1 pl-3 text-sm"
          >
            <span className="max-w-64 truncate">{text}</span>
            <Button
              slot="remove"
              className="flex size-6 items-center justify-center rounded-full text-muted hover:bg-sunken hover:text-ink"
            >
              <X aria-hidden className="size-3.5" />
            </Button>
          </Tag>
        )}
      </TagList>
    </TagGroup>
  );
}
