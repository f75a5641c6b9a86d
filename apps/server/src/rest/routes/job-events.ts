import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '../../http/answer.ts';
import { eventAnswer } from '../../http/event-answer.ts';
import { hasEnded } from '../../jobs/job.ts';
import type { JobNews, Jobs } from '../../jobs/jobs.ts';
import { toJobJson } from '../schemas/job.ts';

const HEARTBEAT_MS = 15_000;
const POLL_MS = 1000;
const MOST_WAITING = 1000;

/** The events of a job until it ends. A client that is slow misses progress, and nothing else. */
export function eventStream(jobs: Jobs, id: string, signal: AbortSignal): Answer {
  return eventAnswer(events(jobs, id, signal));
}

async function* events(jobs: Jobs, id: string, signal: AbortSignal): AsyncGenerator<string> {
  const waiting: JobNews[] = [];
  let wake = (): void => undefined;
  const stop = jobs.listen(id, (news) => {
    if (news.type === 'progress' || waiting.length >= MOST_WAITING) dropProgress(waiting);
    waiting.push(news);
    wake();
  });
  if (stop === undefined) {
    yield* polled(jobs, id, signal);
    return;
  }
  try {
    while (!signal.aborted) {
      const news = waiting.shift();
      if (news?.type === 'stop') return;
      if (news !== undefined) {
        yield format(news);
        if (news.type === 'job' && hasEnded(news.job)) return;
        continue;
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      signal.addEventListener('abort', () => resolve(), { once: true });
      const timer = setTimeout(resolve, HEARTBEAT_MS);
      await promise;
      clearTimeout(timer);
      if (waiting.length === 0 && !signal.aborted) yield ': still there\n\n';
    }
  } finally {
    stop();
  }
}

/** A job that another server does, or that has ended, is looked up. */
async function* polled(jobs: Jobs, id: string, signal: AbortSignal): AsyncGenerator<string> {
  const shown = { job: '', progress: '' };
  for (;;) {
    const job = await jobs.get(id);
    if (job === undefined) return;
    const text = format({ type: 'job', job });
    if (text !== shown.job) yield text;
    shown.job = text;
    const { bytesPerSecond: _, ...progress } = (await jobs.progress(job)) ?? {};
    const far = 'type' in progress ? format(progress) : '';
    if (far !== shown.progress) yield far;
    shown.progress = far;
    if (hasEnded(job) || jobs.isStopping()) return;
    await sleep(POLL_MS, undefined, { signal });
  }
}

function dropProgress(waiting: JobNews[]): void {
  const index = waiting.findIndex(({ type }) => type === 'progress');
  if (index >= 0) waiting.splice(index, 1);
}

function format(news: Exclude<JobNews, { type: 'stop' }>): string {
  const data = news.type === 'job' ? toJobJson(news.job) : news;
  return `event: ${news.type}\ndata: ${JSON.stringify(data)}\n\n`;
}
