import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 20_000;
const POLL_MS = 30;

interface Job {
  readonly id: string;
  readonly state: string;
  readonly result: unknown;
}

/** A job that a server says is done. */
export interface DoneJob<Result> {
  readonly result: Result;
  /** When it was not yet known to be done (`performance.now`): it ended later. */
  readonly since: number;
}

/** Has a server do something as a job: waits for its end. Undefined if it failed, or nobody said so. */
export async function runJob<Result>(
  url: string,
  path: string,
  body: unknown,
): Promise<DoneJob<Result> | undefined> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const ask = async (of: string, init: RequestInit = {}): Promise<Job> => {
    const answer = await fetch(`${url}/-/api/v1${of}`, { ...init, signal });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return (await answer.json()) as Job;
  };
  try {
    let since = performance.now();
    let job = await ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    while (job.state === 'queued' || job.state === 'running') {
      await sleep(POLL_MS);
      since = performance.now();
      job = await ask(`/jobs/${job.id}`);
    }
    return job.state === 'done' ? { result: job.result as Result, since } : undefined;
  } catch {
    return undefined;
  }
}
