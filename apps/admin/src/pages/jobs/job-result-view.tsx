import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { EvictionChoices } from '../../actions/evict/eviction-choices.tsx';
import type { EvictionResult, Job } from '../../api/types.ts';
import { hasEnded } from '../../jobs/job-facts.ts';
import { resultLine } from '../../jobs/job-result.ts';
import type { Tone } from '../../ui/badge.tsx';
import { buttonClasses } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Panel } from '../../ui/page.tsx';
import { modelName } from '../models/model-facts.ts';
import { readProblems } from './read-problems.ts';

/** What came of a job. */
export function JobResult({ job }: { readonly job: Job }): ReactNode {
  if (!hasEnded(job)) return null;
  const problems = readProblems(job.result);
  const tone: Tone =
    job.state === 'done'
      ? problems.some(({ isOpen }) => isOpen)
        ? 'danger'
        : 'ok'
      : job.state === 'failed'
        ? 'danger'
        : 'warn';
  const key = modelKey(job.result);
  return (
    <>
      <Notice
        tone={tone}
        title={resultLine(job)}
        isNews
        action={
          key !== undefined &&
          job.state === 'done' && (
            <Link to="/models/$" params={{ _splat: key }} className={buttonClasses('secondary')}>
              To the model
            </Link>
          )
        }
      >
        {job.error !== null && <p className="text-sm">Code: {job.error.code}</p>}
      </Notice>
      {job.kind === 'evict' && isEviction(job.result) && (
        <Panel>
          <div className="flex flex-col gap-4">
            <EvictionChoices result={job.result} />
          </div>
        </Panel>
      )}
      {problems.length > 0 && (
        <Panel title="Problems">
          <ul className="flex flex-col gap-2">
            {problems.map(({ subject, message, isOpen }) => (
              <li key={`${subject} ${message}`}>
                <p className="font-mono text-sm break-all">{modelName(subject)}</p>
                <p className={isOpen ? 'text-danger' : 'text-muted'}>{message}</p>
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}

function isEviction(result: unknown): result is EvictionResult {
  return typeof result === 'object' && result !== null && 'choices' in result;
}

function modelKey(result: unknown): string | undefined {
  if (typeof result !== 'object' || result === null || !('key' in result)) return undefined;
  return typeof result.key === 'string' ? result.key : undefined;
}
