import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Job } from '../api/types.ts';
import { formatAgo, formatDuration, formatTime } from '../format/time.ts';
import { CancelButton } from './cancel-button.tsx';
import { JobBadge } from './job-badge.tsx';
import { hasEnded, jobTitle } from './job-facts.ts';
import { JobProgress } from './job-progress.tsx';
import { resultLine } from './job-result.ts';

/** A job in a list. */
export function JobRow({ job }: { readonly job: Job }): ReactNode {
  const isOver = hasEnded(job);
  return (
    <li className="flex flex-col gap-2 border-b border-line px-4 py-3 last:border-0 sm:px-5">
      <div className="flex flex-wrap items-start justify-between gap-x-3 gap-y-1">
        <div className="min-w-0 flex-1 basis-60">
          <Link
            to="/jobs/$id"
            params={{ id: job.id }}
            className="font-medium break-words text-ink no-underline hover:underline"
          >
            {jobTitle(job)}
          </Link>
          <p className="text-sm text-muted">
            <span title={formatTime(job.createdAt)}>{formatAgo(job.createdAt)}</span> by {job.user}
            {isOver && job.startedAt !== null && job.endedAt !== null && (
              <>, took {formatDuration((job.endedAt - job.startedAt) / 1000)}</>
            )}
          </p>
        </div>
        <div className="flex items-center gap-2">
          <JobBadge state={job.state} />
          {!isOver && <CancelButton job={job} />}
        </div>
      </div>
      {isOver ? (
        <p className={`break-words ${job.state === 'failed' ? 'text-danger' : ''}`}>
          {resultLine(job)}
        </p>
      ) : (
        <JobProgress job={job} />
      )}
    </li>
  );
}
