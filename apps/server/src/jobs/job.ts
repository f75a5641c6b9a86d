import type { CacheEvent } from '@modelkeep/core';
import { isModelkeepError } from '@modelkeep/core/spi';

export const JOB_KINDS = [
  'pull',
  'verify',
  'gc',
  'evict',
  'import',
  'preflight',
  'delete',
] as const;

export type JobKind = (typeof JOB_KINDS)[number];

/** `interrupted`: its server ended before it did, and it is not one of those that are taken up again. */
export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';

export interface JobError {
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Work that takes its time, as it is shown and kept. */
export interface Job {
  readonly id: string;
  readonly kind: JobKind;
  /** What it is about: a model, a file; empty for the whole store. */
  readonly subject: string;
  readonly user: string;
  readonly role: 'admin' | 'user';
  readonly state: JobState;
  /** ms since the epoch. */
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** What it was asked to do; as its kind needs it. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly result: unknown;
  readonly error: JobError | null;
  readonly warnings: readonly string[];
  /** Names the server that does it. */
  readonly server: string;
}

/** The last that is known of a running job's progress. */
export interface JobProgress extends Extract<CacheEvent, { type: 'progress' }> {
  /** Over the last few seconds; undefined at the beginning. */
  readonly bytesPerSecond: number | undefined;
}

const ENDED: ReadonlySet<JobState> = new Set(['done', 'failed', 'cancelled', 'interrupted']);

export function hasEnded(job: Job): boolean {
  return ENDED.has(job.state);
}

/** What is kept of the failure that ended a job. */
export function describeFailure(error: unknown): JobError {
  if (isModelkeepError(error)) {
    const { code, message, details } = error;
    return { code, message, details };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'failed', message, details: {} };
}
