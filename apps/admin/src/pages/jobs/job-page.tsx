import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ArrowLeft, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { api, client } from '../../api/client.ts';
import type { Job } from '../../api/types.ts';
import { formatBytes } from '../../format/bytes.ts';
import { formatDuration, formatTime } from '../../format/time.ts';
import { CancelButton } from '../../jobs/cancel-button.tsx';
import { JobBadge } from '../../jobs/job-badge.tsx';
import { hasEnded, jobTitle } from '../../jobs/job-facts.ts';
import { JobProgress } from '../../jobs/job-progress.tsx';
import { liveJobs } from '../../jobs/live-job-store.ts';
import { useLiveJobMap } from '../../jobs/use-jobs.ts';
import { Button, buttonClasses } from '../../ui/button.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { Progress } from '../../ui/progress.tsx';
import { ErrorState, Skeleton } from '../../ui/states.tsx';
import { JobResult } from './job-result-view.tsx';

const route = getRouteApi('/jobs/$id');

/** One job, as long as the server remembers it. */
export function JobPage(): ReactNode {
  const { id } = route.useParams();
  const live = useLiveJobMap().get(id);
  const { data, error, refetch } = useQuery(
    api.queryOptions('get', '/jobs/{id}', { params: { path: { id } } }),
  );
  const job = live ?? data;
  if (job === undefined) {
    return (
      <Page title="Job">
        {error === null ? (
          <Skeleton />
        ) : (
          <ErrorState error={error} onRetry={() => void refetch()} />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={jobTitle(job)}
      intro={<JobBadge state={job.state} />}
      actions={
        <>
          <Link to="/jobs" className={buttonClasses('secondary')}>
            <ArrowLeft aria-hidden className="size-4" />
            All jobs
          </Link>
          {hasEnded(job) ? <ForgetButton job={job} /> : <CancelButton job={job} />}
        </>
      }
    >
      {!hasEnded(job) && (
        <Panel title="Progress">
          <JobProgress job={job} />
          <ActiveFiles job={job} />
        </Panel>
      )}
      <JobResult job={job} />
      {job.warnings.length > 0 && (
        <Notice tone="warn" title="Warnings">
          <ul className="list-disc pl-5">
            {job.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </Notice>
      )}
      <Panel title="About the job">
        <Facts facts={facts(job)} />
      </Panel>
    </Page>
  );
}

function facts(job: Job): readonly (readonly [string, ReactNode])[] {
  const { createdAt, startedAt, endedAt, user, id, parameters } = job;
  const asked = Object.entries(parameters).filter(
    ([name, value]) =>
      name !== 'upload' && value !== undefined && !(Array.isArray(value) && value.length > 1),
  );
  return [
    ['Asked for by', user],
    ['Asked for', formatTime(createdAt)],
    ...(startedAt !== null && endedAt !== null
      ? [['Took', formatDuration((endedAt - startedAt) / 1000)] as const]
      : []),
    ...asked.map(([name, value]) => [NAMES[name] ?? name, textOf(value)] as const),
    [
      'Id',
      <code key="id" className="font-mono text-sm break-all">
        {id}
      </code>,
    ],
  ];
}

const NAMES: Readonly<Record<string, string>> = {
  model: 'Model',
  models: 'Models',
  connection: 'Connection',
  include: 'Only these files',
  exclude: 'Without these files',
  quick: 'Quick',
  repair: 'Repair',
  dryRun: 'Only tell',
  path: 'File',
  toBytes: 'Leave at most, bytes',
  unusedForMs: 'Spare what was used within, ms',
  imported: 'Also what was imported',
};

function textOf(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return Array.isArray(value) ? value.join(', ') : String(value);
}

function ActiveFiles({ job }: { readonly job: Job }): ReactNode {
  const active = job.progress?.active ?? [];
  if (active.length === 0) return null;
  return (
    <ul className="mt-4 flex flex-col gap-2.5">
      {active.map(({ path, doneBytes, totalBytes }) => (
        <li key={path} className="text-sm">
          <div className="flex justify-between gap-3">
            <span className="min-w-0 font-mono break-all">{path}</span>
            <span className="tabular whitespace-nowrap text-muted">
              {formatBytes(doneBytes)} of {formatBytes(totalBytes)}
            </span>
          </div>
          <Progress label={path} value={totalBytes === 0 ? 1 : doneBytes / totalBytes} />
        </li>
      ))}
    </ul>
  );
}

function ForgetButton({ job }: { readonly job: Job }): ReactNode {
  const navigate = route.useNavigate();
  const cache = useQueryClient();
  const forget = useMutation({
    mutationFn: () => client.DELETE('/jobs/{id}', { params: { path: { id: job.id } } }),
    async onSuccess() {
      await navigate({ to: '/jobs' });
      liveJobs.remove(job.id);
      await cache.invalidateQueries({ queryKey: ['get', '/jobs'] });
    },
  });
  return (
    <Button
      icon={<Trash2 aria-hidden className="size-4" />}
      isPending={forget.isPending}
      onPress={() => forget.mutate()}
    >
      Remove from the list
    </Button>
  );
}
