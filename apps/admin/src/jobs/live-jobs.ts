import { useEffect } from 'react';
import { apiBase } from '../api/api-base.ts';
import { client } from '../api/client.ts';
import { connection } from '../api/connection.ts';
import { queryClient } from '../api/query-client.ts';
import type { Job } from '../api/types.ts';
import { tell } from '../ui/toasts.tsx';
import { hasEnded, jobTitle } from './job-facts.ts';
import { resultLine } from './job-result.ts';
import { liveJobs } from './live-job-store.ts';

/** What a job that has ended may have changed. */
const CHANGED: ReadonlySet<unknown> = new Set([
  '/models',
  '/models/{key}',
  '/facets',
  '/overview',
  '/stats',
  '/jobs',
  '/jobs/{id}',
  '/uploads',
  '/connections',
]);

const started = new Set<string>();

/** Notes a job that was begun here: its end is told in a corner. */
export function followJob(job: Job): void {
  started.add(job.id);
  liveJobs.update(job);
  const known = liveJobs.snapshot.get(job.id);
  if (known !== undefined && hasEnded(known)) tellEnd(known);
}

function tellEnd(job: Job): void {
  void queryClient.invalidateQueries({ predicate: ({ queryKey }) => CHANGED.has(queryKey[1]) });
  if (!started.delete(job.id) || job.kind === 'preflight') return;
  const isError = job.state === 'failed' || job.state === 'interrupted';
  tell({ title: jobTitle(job), detail: resultLine(job), isError });
}

/** Asks for jobs that were going on: one that ended while nobody listened is in no event. */
async function catchUp(): Promise<void> {
  const going = [...liveJobs.snapshot.values()].filter((job) => !hasEnded(job));
  await Promise.allSettled(
    going.map(async ({ id }) => {
      const { data } = await client.GET('/jobs/{id}', { params: { path: { id } } });
      if (data !== undefined) liveJobs.update(data);
    }),
  );
}

/** Listens to the server's events while the page is shown: one stream for all jobs. */
export function useLiveJobs(): void {
  useEffect(() => {
    let source: EventSource | undefined;
    const close = (): void => source?.close();
    const open = (): void => {
      close();
      source = new EventSource(`${apiBase}/events`);
      source.addEventListener('job', ({ data }: MessageEvent<string>) => {
        liveJobs.update(JSON.parse(data) as Job);
      });
      source.addEventListener('open', () => {
        connection.answered();
        void catchUp();
      });
      source.addEventListener('error', () => connection.check());
    };
    const stopEnds = liveJobs.onEnd(tellEnd);
    const stopConnection = connection.subscribe(() => {
      if (connection.isUp && source?.readyState === EventSource.CLOSED) open();
    });
    open();
    return () => {
      stopEnds();
      stopConnection();
      close();
    };
  }, []);
}
