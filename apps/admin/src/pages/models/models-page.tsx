import { getRouteApi } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useUser } from '../../api/session.ts';
import { formatBytes } from '../../format/bytes.ts';
import { formatCount } from '../../format/count.ts';
import { Page } from '../../ui/page.tsx';
import { ErrorState } from '../../ui/states.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { ModelFilters } from './model-filters.tsx';
import type { ModelsSearch } from './models-search.ts';
import { ModelsTable } from './models-table.tsx';
import { NoModels } from './no-models.tsx';
import { useSelection } from './selection.ts';
import { useModelRows } from './use-model-rows.ts';

const route = getRouteApi('/models/');

/** What is cached. */
export function ModelsPage(): ReactNode {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { isAdmin } = useUser();
  const selection = useSelection();
  const [range, setRange] = useState({ first: 0, last: 0 });
  const rows = useModelRows(search, range.first, range.last);
  const change = (changed: Partial<ModelsSearch>): void => {
    selection.clear();
    void navigate({ search: { ...search, ...changed }, replace: true, resetScroll: false });
  };
  const { total, sizeInBytes } = rows;
  return (
    <Page
      title="Models"
      intro={
        <span role="status">
          {total === undefined
            ? 'Loading…'
            : `${formatCount(total, 'model')}${sizeInBytes === undefined ? '' : `, ${formatBytes(sizeInBytes)}`}`}
        </span>
      }
    >
      <ModelFilters search={search} onChange={change} />
      {rows.error !== null && <ErrorState error={rows.error} onRetry={rows.retry} />}
      {total === 0 ? (
        <NoModels search={search} onClear={() => void navigate({ search: {}, replace: true })} />
      ) : (
        <ModelsTable
          rows={rows}
          search={search}
          onSort={change}
          onRange={setRange}
          selection={selection}
        />
      )}
      {selection.keys.size > 0 && (
        <BulkBar selection={selection} search={search} total={total ?? 0} isAdmin={isAdmin} />
      )}
    </Page>
  );
}
