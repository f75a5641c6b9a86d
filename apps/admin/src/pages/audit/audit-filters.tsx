import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { api } from '../../api/client.ts';
import { SearchField } from '../../ui/search-field.tsx';
import { Select } from '../../ui/select.tsx';
import { actionName } from './action-names.ts';
import type { AuditSearch } from './audit-search.ts';

const ANY = 'any';
const TYPING_MS = 300;
const OUTCOMES = [
  { id: 'ok', name: 'Done' },
  { id: 'refused', name: 'Refused or failed' },
] as const;
const TIMES = [
  { id: '1', name: 'Last day' },
  { id: '7', name: 'Last 7 days' },
  { id: '30', name: 'Last 30 days' },
  { id: '90', name: 'Last 90 days' },
] as const;

interface AuditFiltersProps {
  readonly search: AuditSearch;
  readonly onChange: (changed: Partial<AuditSearch>) => void;
}

export function AuditFilters({ search, onChange }: AuditFiltersProps): ReactNode {
  const { data } = useQuery(api.queryOptions('get', '/audit/actions', {}));
  const users = withChosen(data?.users ?? [], search.user).map((id) => ({ id, name: id }));
  const actions = withChosen(data?.actions ?? [], search.action).map((id) => ({
    id,
    name: actionName(id),
  }));
  const fields = [
    { name: 'user', label: 'User', options: users },
    { name: 'action', label: 'Action', options: actions },
    { name: 'outcome', label: 'Outcome', options: OUTCOMES },
    { name: 'days', label: 'Time', options: TIMES },
  ] as const;
  return (
    <div className="grid grid-cols-2 items-end gap-3 lg:grid-cols-5">
      <div className="col-span-2 lg:col-span-1">
        <SubjectSearch search={search} onChange={onChange} />
      </div>
      {fields.map(({ name, label, options }) => (
        <Select
          key={name}
          label={label}
          options={[{ id: ANY, name: 'Any' }, ...options]}
          value={search[name] ?? ANY}
          onChange={(id) => onChange({ [name]: id === ANY ? undefined : id })}
        />
      ))}
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
