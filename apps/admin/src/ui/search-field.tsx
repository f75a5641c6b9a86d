import { Search, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { SearchField as AriaSearchField } from 'react-aria-components/SearchField';

export function SearchField({
  label,
  value,
  onChange,
  isLabelShown = false,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Above the field, as others have it, instead of inside. */
  readonly isLabelShown?: boolean;
}): ReactNode {
  return (
    <AriaSearchField
      {...(isLabelShown ? {} : { 'aria-label': label })}
      value={value}
      onChange={onChange}
      className="group relative block min-w-0"
    >
      {isLabelShown && <Label className="mb-1 block text-sm font-medium">{label}</Label>}
      <Search
        aria-hidden
        className="pointer-events-none absolute bottom-3 left-3 size-4 text-muted"
      />
      <Input
        {...(isLabelShown ? {} : { placeholder: label })}
        className="field pr-10 pl-9 [&::-webkit-search-cancel-button]:hidden"
      />
      <Button
        aria-label="Clear the search"
        className="absolute right-1 bottom-1 flex size-8 items-center justify-center rounded-md text-muted group-data-[empty]:hidden hover:bg-sunken"
      >
        <X aria-hidden className="size-4" />
      </Button>
    </AriaSearchField>
  );
}
