import { Check, ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { Label } from 'react-aria-components/Label';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import { Select as AriaSelect, SelectValue } from 'react-aria-components/Select';

export interface SelectOption {
  readonly id: string;
  readonly name: string;
  /** Beside the name: how many there are. */
  readonly note?: string;
}

/** One of several. */
export function Select({
  label,
  options,
  value,
  onChange,
  isLabelHidden = false,
  isDisabled = false,
}: {
  readonly label: string;
  readonly options: readonly SelectOption[];
  readonly value: string;
  readonly onChange: (id: string) => void;
  readonly isLabelHidden?: boolean;
  readonly isDisabled?: boolean;
}): ReactNode {
  return (
    <AriaSelect
      value={value}
      onChange={(key) => onChange(String(key))}
      isDisabled={isDisabled}
      {...(isLabelHidden ? { 'aria-label': label } : {})}
      className="flex min-w-0 flex-col gap-1"
    >
      {!isLabelHidden && <Label className="text-sm font-medium">{label}</Label>}
      <Button className="field flex items-center gap-2 text-left">
        <SelectValue className="min-w-0 flex-1 truncate">
          {({ selectedText, defaultChildren }) => selectedText || defaultChildren}
        </SelectValue>
        <ChevronDown aria-hidden className="size-4 shrink-0 text-muted" />
      </Button>
      <Popover className="w-(--trigger-width) min-w-40 overflow-auto rounded-lg border border-line bg-raised p-1 shadow-lg">
        <ListBox items={options} className="max-h-80 overflow-auto outline-none">
          {({ id, name, note }) => (
            <ListBoxItem
              id={id}
              textValue={name}
              className="flex items-center gap-2 rounded-md px-2 py-1.5 outline-none data-[focused]:bg-sunken"
            >
              {({ isSelected }) => (
                <>
                  <Check
                    aria-hidden
                    className={isSelected ? 'size-4 shrink-0' : 'invisible size-4 shrink-0'}
                  />
                  <span className="min-w-0 flex-1 truncate">{name}</span>
                  {note !== undefined && <span className="tabular text-sm text-muted">{note}</span>}
                </>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
