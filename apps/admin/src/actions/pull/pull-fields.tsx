import { useQuery } from '@tanstack/react-query';
import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { Disclosure, DisclosurePanel } from 'react-aria-components/Disclosure';
import { Heading } from 'react-aria-components/Heading';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextArea } from 'react-aria-components/TextArea';
import { TextField as AriaTextField } from 'react-aria-components/TextField';
import { api } from '../../api/client.ts';
import { Select } from '../../ui/select.tsx';
import { TextField } from '../../ui/text-field.tsx';
import type { PullForm } from './pull-request.ts';

const FIRST = 'first';

interface PullFieldsProps {
  readonly form: PullForm;
  readonly onChange: (changed: Partial<PullForm>) => void;
}

export function PullFields({ form, onChange }: PullFieldsProps): ReactNode {
  const { data } = useQuery(api.queryOptions('get', '/connections', {}));
  const connections = data?.connections ?? [];
  return (
    <>
      <TextField
        label="Model"
        value={form.model}
        onChange={(model) => onChange({ model })}
        autoFocus
        isMono
        placeholder="org/name or org/name@revision"
        hint="As the Hub calls it, or the address of its page."
        spellCheck="false"
        autoComplete="off"
      />
      {connections.length > 1 && (
        <Select
          label="Connection"
          options={[
            { id: FIRST, name: 'The first that enables it' },
            ...connections.map(({ name }) => ({ id: name, name })),
          ]}
          value={form.connection === '' ? FIRST : form.connection}
          onChange={(id) => onChange({ connection: id === FIRST ? '' : id })}
        />
      )}
      <Disclosure className="group">
        <Heading level={3}>
          <Button slot="trigger" className="flex items-center gap-1.5 rounded-md py-1 font-medium">
            <ChevronRight
              aria-hidden
              className="size-4 transition-transform group-data-[expanded]:rotate-90"
            />
            Only some of its files
          </Button>
        </Heading>
        <DisclosurePanel>
          <div className="grid gap-3 pt-2 sm:grid-cols-2">
            <Patterns
              label="Only these"
              value={form.include}
              onChange={(include) => onChange({ include })}
            />
            <Patterns
              label="Not these"
              value={form.exclude}
              onChange={(exclude) => onChange({ exclude })}
            />
          </div>
        </DisclosurePanel>
      </Disclosure>
    </>
  );
}

function Patterns({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}): ReactNode {
  return (
    <AriaTextField value={value} onChange={onChange} className="flex flex-col gap-1">
      <Label className="text-sm font-medium">{label}</Label>
      <TextArea rows={3} className="field font-mono text-sm" />
      <Text slot="description" className="text-sm text-muted">
        Patterns, one a line: <code>*.safetensors</code>
      </Text>
    </AriaTextField>
  );
}
