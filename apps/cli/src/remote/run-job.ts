import { setTimeout as sleep } from 'node:timers/promises';
import type { CacheEvent, CacheEventListener } from '@modelkeep/core';
import { isModelkeepError, ModelkeepError } from '@modelkeep/core/spi';
import { jobFailure, type RemoteError } from './failures.ts';
import { readEvents } from './server-sent-events.ts';
import type { Transport } from './transport.ts';

const RETRY_MS = 1000;
const MOST_RETRIES = 60;

interface RemoteJob {
  readonly id: string;
  readonly state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';
  readonly result: unknown;
  readonly error: RemoteError | null;
}

interface JobOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: CacheEventListener | undefined;
}

/**
 * Has the server do a job, and follows it to its end, also over a restart of the server. An abort cancels the job.
 * Returns its result, or fails as the job did.
 */
export async function runJob<T>(
  transport: Transport,
  path: string,
  body: object,
  { signal, onEvent }: JobOptions,
): Promise<T> {
  const started = await transport.json<RemoteJob>(path, { method: 'POST', body, signal });
  try {
    const job = await follow(transport, started, signal, onEvent);
    if (job.state === 'done') return job.result as T;
    throw endOf(job);
  } catch (error) {
    if (signal?.aborted) await cancel(transport, started.id);
    throw error;
  }
}

async function follow(
  transport: Transport,
  started: RemoteJob,
  signal: AbortSignal | undefined,
  onEvent: CacheEventListener | undefined,
): Promise<RemoteJob> {
  let job = started;
  let retries = 0;
  while (!hasEnded(job)) {
    try {
      const { body } = await transport.open(`/jobs/${job.id}/events`, { signal });
      for await (const { type, data } of readEvents(body)) {
        retries = 0;
        const value: unknown = JSON.parse(data);
        if (type === 'job') job = value as RemoteJob;
        else onEvent?.(value as CacheEvent);
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (isModelkeepError(error) && !error.retryable) throw error;
      if (retries >= MOST_RETRIES) throw error;
    }
    if (hasEnded(job)) break;
    // The server may be starting anew; the job goes on there.
    retries++;
    await sleep(RETRY_MS, undefined, signal === undefined ? {} : { signal });
  }
  return job;
}

async function cancel(transport: Transport, id: string): Promise<void> {
  try {
    await transport.json(`/jobs/${id}/cancel`, {
      method: 'POST',
      signal: AbortSignal.timeout(5000),
    });
  } catch {
    // The user wants to stop, whatever the server says.
  }
}

function hasEnded({ state }: RemoteJob): boolean {
  return state !== 'queued' && state !== 'running';
}

function endOf({ id, state, error }: RemoteJob): Error {
  if (error !== null) return jobFailure(error);
  const what = state === 'cancelled' ? 'was cancelled' : 'ended with its server';
  return new ModelkeepError('conflict', `job ${id} ${what}`);
}
