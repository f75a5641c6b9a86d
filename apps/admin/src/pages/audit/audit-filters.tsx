import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { api } from '../../api/client.ts';
import { SearchField } from '../../ui/search-field.tsx';
import { Select } from '../../ui/select.tsx';
import { actionName } from './action-names.ts';
import type { AuditSearch } from './audit-search.ts';

const ANY = 'any';
const TYPING_MS = 300;

interface AuditFiltersProps {
  readonly search: AuditSearch;
  readonly onChange: (changed: Partial<AuditSearch>) => void;
}

export function AuditFilters({ search, onChange }: AuditFiltersProps): ReactNode {
  const { data } = useQuery(api.queryOptions('get', '/audit/actions', {}));
  const choose = (name: keyof AuditSearch) => (id: string) =>
    onChange({ [name]: id === ANY ? undefined : id });
  return (
    <div className="grid grid-cols-2 items-end gap-3 lg:grid-cols-5">
      <div className="col-span-2 lg:col-span-1">
        <SubjectSearch search={search} onChange={onChange} />
      </div>
      <Select
        label="User"
        options={[
          { id: ANY, name: 'Any' },
          ...withChosen(data?.users ?? [], search.user).map(same),
        ]}
        value={search.user ?? ANY}
        onChange={choose('user')}
      />
      <Select
        label="Action"
        options={[
          { id: ANY, name: 'Any' },
          ...withChosen(data?.actions ?? [], search.action).map((id) => ({
            id,
            name: actionName(id),
          })),
        ]}
        value={search.action ?? ANY}
        onChange={choose('action')}
      />
      <Select
        label="Outcome"
        options={[
          { id: ANY, name: 'Any' },
          { id: 'ok', name: 'Done' },
          { id: 'refused', name: 'Refused or failed' },
        ]}
        value={search.outcome ?? ANY}
        onChange={choose('outcome')}
      />
      <Select
        label="Time"
        options={[
          { id: ANY, name: 'Any' },
          { id: '1', name: 'Last day' },
          { id: '7', name: 'Last 7 days' },
          { id: '30', name: 'Last 30 days' },
          { id: '90', name: 'Last 90 days' },
        ]}
        value={search.days ?? ANY}
        onChange={choose('days')}
      />
    </div>
  );
}

function SubjectSearch({ search, onChange }: AuditFiltersProps): ReactNode {
  const [text, setText] = useState(search.subject ?? '');
  const asked = search.subject ?? '';
  useEffect(() => {
    if (text === asked) return undefined;
    const timer = setTimeout(
      () => onChange({ subject: text === '' ? undefined : text }),
      TYPING_MS,
    );
    return () => clearTimeout(timer);
  }, [text, asked, onChange]);
  return <SearchField label="What was changed" isLabelShown value={text} onChange={setText} />;
}

function withChosen(known: readonly string[], chosen: string | undefined): readonly string[] {
  return chosen === undefined || known.includes(chosen) ? known : [...known, chosen];
}

function same(name: string): { id: string; name: string } {
  return { id: name, name };
}
