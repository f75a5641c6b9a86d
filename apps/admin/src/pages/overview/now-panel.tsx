import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Overview } from '../../api/types.ts';
import { formatBytes, formatRate } from '../../format/bytes.ts';
import { formatCount } from '../../format/count.ts';
import { jobTitle } from '../../jobs/job-facts.ts';
import { JobProgress } from '../../jobs/job-progress.tsx';
import { useRunningJobs } from '../../jobs/use-jobs.ts';
import { Panel } from '../../ui/page.tsx';
import { Progress } from '../../ui/progress.tsx';

const MOST = 5;

/** What goes on now: jobs, and files that clients made the server fetch. */
export function NowPanel({ overview }: { readonly overview: Overview }): ReactNode {
  const running = useRunningJobs();
  const { fetching, fetchingElsewhere } = overview;
  const isQuiet = running.length === 0 && fetching.length === 0 && fetchingElsewhere === 0;
  return (
    <Panel title="Now">
      {isQuiet && <p className="text-muted">Nothing is being fetched, and no job is under way.</p>}
      <ul className="flex flex-col gap-3">
        {running.slice(0, MOST).map((job) => (
          <li key={job.id} className="flex flex-col gap-1.5">
            <Link
              to="/jobs/$id"
              params={{ id: job.id }}
              className="font-medium break-words text-ink no-underline hover:underline"
            >
              {jobTitle(job)}
            </Link>
            <JobProgress job={job} />
          </li>
        ))}
        {fetching.slice(0, MOST).map(({ path, modelId, doneBytes, totalBytes, bytesPerSecond }) => (
          <li key={`${modelId} ${path}`} className="flex flex-col gap-1">
            <p className="text-sm break-all">
              {modelId !== null && <span className="font-medium">{modelId} </span>}
              <span className="font-mono">{path}</span>
            </p>
            <Progress label={path} value={totalBytes === 0 ? 1 : doneBytes / totalBytes} />
            <p className="tabular text-sm text-muted">
              {formatBytes(doneBytes)} of {formatBytes(totalBytes)} · {formatRate(bytesPerSecond)}
            </p>
          </li>
        ))}
      </ul>
      {running.length > MOST && (
        <p className="mt-2 text-sm">
          <Link to="/jobs" className="link">
            {running.length - MOST} more jobs
          </Link>
        </p>
      )}
      {fetching.length > MOST && (
        <p className="mt-2 text-sm text-muted">
          and {formatCount(fetching.length - MOST, 'more file')}
        </p>
      )}
      {fetchingElsewhere > 0 && (
        <p className="mt-2 text-sm text-muted">
          {formatCount(fetchingElsewhere, 'file')} on the way in other processes.
        </p>
      )}
    </Panel>
  );
}
