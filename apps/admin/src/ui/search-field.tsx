import { Search, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { Input } from 'react-aria-components/Input';
import { SearchField as AriaSearchField } from 'react-aria-components/SearchField';

export function SearchField({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}): ReactNode {
  return (
    <AriaSearchField
      aria-label={label}
      value={value}
      onChange={onChange}
      className="group relative block min-w-0"
    >
      <Search aria-hidden className="pointer-events-none absolute top-3 left-3 size-4 text-muted" />
      <Input
        placeholder={label}
        className="field pr-10 pl-9 [&::-webkit-search-cancel-button]:hidden"
      />
      <Button
        aria-label="Clear the search"
        className="absolute top-1 right-1 flex size-8 items-center justify-center rounded-md text-muted group-data-[empty]:hidden hover:bg-sunken"
      >
        <X aria-hidden className="size-4" />
      </Button>
    </AriaSearchField>
  );
}
