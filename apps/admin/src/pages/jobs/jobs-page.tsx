import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Activity, ShieldCheck } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { CleanUpDialog } from '../../actions/clean-up-dialog.tsx';
import { VerifyDialog } from '../../actions/verify/verify-dialog.tsx';
import { client } from '../../api/client.ts';
import { useUser } from '../../api/session.ts';
import type { Job } from '../../api/types.ts';
import { hasEnded, KIND_NAMES, STATE_NAMES } from '../../jobs/job-facts.ts';
import { JobRow } from '../../jobs/job-row.tsx';
import { useLiveJobMap } from '../../jobs/use-jobs.ts';
import { Button } from '../../ui/button.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { Select } from '../../ui/select.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../ui/states.tsx';
import { JOB_KINDS, JOB_STATES, type JobsSearch } from './jobs-search.ts';

const route = getRouteApi('/jobs/');
const ANY = 'any';

/** What was asked of the server and takes its time. */
export function JobsPage(): ReactNode {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { isAdmin } = useUser();
  const [dialog, setDialog] = useState<'verify' | 'gc' | null>(null);
  const query = useJobPages(search);
  const jobs = useMerged(query.data?.pages.flatMap((page) => page.jobs) ?? [], search);
  const running = jobs.filter((job) => !hasEnded(job));
  const ended = jobs.filter(hasEnded);
  const change = (changed: Partial<JobsSearch>): void => {
    void navigate({ search: { ...search, ...changed }, replace: true });
  };
  return (
    <Page
      title="Jobs"
      intro={isAdmin ? 'What takes its time, of all users' : 'What takes its time'}
      actions={
        isAdmin && (
          <>
            <Button onPress={() => setDialog('gc')}>Clean up…</Button>
            <Button
              icon={<ShieldCheck aria-hidden className="size-4" />}
              onPress={() => setDialog('verify')}
            >
              Verify all…
            </Button>
          </>
        )
      }
    >
      <div className="grid max-w-md grid-cols-2 gap-3">
        <Select
          label="Kind"
          options={[
            { id: ANY, name: 'Any' },
            ...JOB_KINDS.map((id) => ({ id, name: KIND_NAMES[id] })),
          ]}
          value={search.kind ?? ANY}
          onChange={(id) => change({ kind: id === ANY ? undefined : (id as JobsSearch['kind']) })}
        />
        <Select
          label="State"
          options={[
            { id: ANY, name: 'Any' },
            ...JOB_STATES.map((id) => ({ id, name: STATE_NAMES[id] })),
          ]}
          value={search.state ?? ANY}
          onChange={(id) => change({ state: id === ANY ? undefined : (id as JobsSearch['state']) })}
        />
      </div>
      {query.error !== null && (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      )}
      {running.length > 0 && (
        <Panel title="Under way" isFlush>
          <ul>
            {running.map((job) => (
              <JobRow key={job.id} job={job} />
            ))}
          </ul>
        </Panel>
      )}
      <Panel title="Ended" isFlush={ended.length > 0}>
        {query.isPending && <Skeleton />}
        {query.isSuccess && ended.length === 0 && (
          <EmptyState icon={<Activity aria-hidden />} title="No jobs">
            Pulls, imports, deletions and checks are kept here with what came of them.
          </EmptyState>
        )}
        <ul>
          {ended.map((job) => (
            <JobRow key={job.id} job={job} />
          ))}
        </ul>
        {query.hasNextPage && (
          <div className="flex justify-center p-3">
            <Button isPending={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>
              Show older ones
            </Button>
          </div>
        )}
      </Panel>
      {dialog === 'verify' && <VerifyDialog models={[]} onClose={() => setDialog(null)} />}
      {dialog === 'gc' && <CleanUpDialog onClose={() => setDialog(null)} />}
    </Page>
  );
}

function useJobPages({ state, kind }: JobsSearch) {
  return useInfiniteQuery({
    queryKey: ['get', '/jobs', { state, kind }],
    queryFn: async ({ pageParam }) => {
      const { data } = await client.GET('/jobs', {
        params: {
          query: {
            ...(state === undefined ? {} : { state }),
            ...(kind === undefined ? {} : { kind }),
            ...(pageParam === '' ? {} : { before: pageParam }),
          },
        },
      });
      return data ?? { jobs: [], next: null };
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });
}

/** The list as it was asked for, with what came since by the events. */
function useMerged(listed: readonly Job[], { state, kind }: JobsSearch): readonly Job[] {
  const live = useLiveJobMap();
  const known = new Set(listed.map(({ id }) => id));
  const newer = [...live.values()].filter(({ id }) => !known.has(id));
  return [...listed.map((job) => live.get(job.id) ?? job), ...newer]
    .filter((job) => job.kind !== 'preflight')
    .filter(
      (job) =>
        (state === undefined || job.state === state) && (kind === undefined || job.kind === kind),
    )
    .sort((a, b) => b.createdAt - a.createdAt);
}
