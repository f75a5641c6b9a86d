import type { ReactNode } from 'react';
import type { Job } from '../api/types.ts';
import { formatBytes, formatRate } from '../format/bytes.ts';
import { formatNumber, formatPercent } from '../format/count.ts';
import { formatDuration } from '../format/time.ts';
import { Progress } from '../ui/progress.tsx';
import { jobShare, jobTitle } from './job-facts.ts';

/** How far a job is, how fast, and how long it takes still. */
export function JobProgress({ job }: { readonly job: Job }): ReactNode {
  if (job.state === 'queued') return <p className="text-sm text-muted">Waits for its turn.</p>;
  const share = jobShare(job);
  const text = progressText(job);
  return (
    <div className="flex flex-col gap-1.5">
      <Progress label={jobTitle(job)} value={share} valueLabel={text} />
      <p className="tabular text-sm text-muted">{text}</p>
    </div>
  );
}

function progressText(job: Job): string {
  const { progress } = job;
  if (progress === null) return 'Begins…';
  const { doneBytes, totalBytes, doneFiles, totalFiles, bytesPerSecond, secondsLeft } = progress;
  const share = jobShare(job);
  return [
    share === undefined ? '' : formatPercent(share),
    totalBytes === undefined
      ? formatBytes(doneBytes)
      : `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`,
    totalFiles === undefined
      ? ''
      : `${formatNumber(doneFiles)} of ${formatNumber(totalFiles)} files`,
    bytesPerSecond === null ? '' : formatRate(bytesPerSecond),
    secondsLeft === null ? '' : `${formatDuration(secondsLeft)} left`,
  ]
    .filter((part) => part !== '')
    .join(' · ');
}
