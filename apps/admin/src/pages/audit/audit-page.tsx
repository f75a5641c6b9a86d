import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Download, ScrollText } from 'lucide-react';
import type { ReactNode } from 'react';
import { apiBase } from '../../api/api-base.ts';
import { api, client } from '../../api/client.ts';
import { useUser } from '../../api/session.ts';
import { NotAllowedPage } from '../../shell/page-states.tsx';
import { stringifySearch } from '../../shell/search-params.ts';
import { Button, buttonClasses } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../ui/states.tsx';
import { Table, Th } from '../../ui/table.tsx';
import { AuditFilters } from './audit-filters.tsx';
import { AuditRow } from './audit-row.tsx';
import { type AuditSearch, toAuditQuery } from './audit-search.ts';

const TITLE = 'Activity log';
const route = getRouteApi('/audit');

/** Who changed what. */
export function AuditPage(): ReactNode {
  const { isAdmin } = useUser();
  return isAdmin ? <Audit /> : <NotAllowedPage title={TITLE} />;
}

function Audit(): ReactNode {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const query = useAuditPages(search);
  const events = query.data?.pages.flatMap((page) => page.events) ?? [];
  return (
    <Page
      title={TITLE}
      intro="Each change, and each that was refused. Every event carries the hash of the one before it."
      actions={
        <a
          href={`${apiBase}/audit.csv${stringifySearch({ ...toAuditQuery(search) })}`}
          download
          className={buttonClasses('secondary')}
        >
          <Download aria-hidden className="size-4" />
          CSV
        </a>
      }
    >
      <AuditFilters
        search={search}
        onChange={(changed) => void navigate({ search: { ...search, ...changed }, replace: true })}
      />
      <Wholeness />
      {query.error !== null && (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      )}
      <Panel isFlush>
        {query.isPending && (
          <div className="px-5">
            <Skeleton lines={6} />
          </div>
        )}
        {query.isSuccess && events.length === 0 && (
          <EmptyState icon={<ScrollText aria-hidden />} title="Nothing happened">
            No event fits what you ask for.
          </EmptyState>
        )}
        {events.length > 0 && (
          <Table label="Events">
            <thead>
              <tr>
                <Th>Time</Th>
                <Th>User</Th>
                <Th>Action</Th>
                <Th>Outcome</Th>
                <Th className="hidden lg:table-cell">Address</Th>
              </tr>
            </thead>
            <tbody>
              {events.map((event) => (
                <AuditRow key={event.number} event={event} />
              ))}
            </tbody>
          </Table>
        )}
        {query.hasNextPage && (
          <div className="flex justify-center p-3">
            <Button isPending={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>
              Show older ones
            </Button>
          </div>
        )}
      </Panel>
    </Page>
  );
}

function useAuditPages(search: AuditSearch) {
  return useInfiniteQuery({
    queryKey: ['get', '/audit', search],
    queryFn: async ({ pageParam }) => {
      const { data } = await client.GET('/audit', {
        params: {
          query: { ...toAuditQuery(search), ...(pageParam === 0 ? {} : { before: pageParam }) },
        },
      });
      return data ?? { events: [], next: null };
    },
    initialPageParam: 0,
    getNextPageParam: ({ next }) => next,
  });
}

/** Whether somebody changed the log itself. */
function Wholeness(): ReactNode {
  const { data } = useQuery(api.queryOptions('get', '/audit/check', {}));
  if (data === undefined || data.whole) return null;
  return (
    <Notice tone="danger" title="The log was changed" isNews>
      Event {data.firstBroken} does not follow from the one before it.
    </Notice>
  );
}
