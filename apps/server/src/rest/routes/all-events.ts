import type { Answer } from '../../http/answer.ts';
import { eventAnswer } from '../../http/event-answer.ts';
import { hasEnded, type Job } from '../../jobs/job.ts';
import type { Jobs } from '../../jobs/jobs.ts';
import { toJobJson } from '../schemas/job.ts';

/** Time between two events of one job. */
const PACE_MS = 250;
const HEARTBEAT_MS = 15_000;
/** How often jobs of other servers are looked at. */
const POLL_MS = 3000;
const MOST_POLLED = 100;
/** Who has lost the right to listen is found out when they ask again. */
const LIFETIME_MS = 5 * 60_000;

/** Every job that `maySee` lets through, while it goes on. A client that is slow misses progress, and no end. */
export function allEvents(jobs: Jobs, maySee: (job: Job) => boolean, signal: AbortSignal): Answer {
  return eventAnswer(events(jobs, maySee, signal));
}

async function* events(
  jobs: Jobs,
  maySee: (job: Job) => boolean,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const changed = new Map<string, Job>();
  const told = new Map<string, string>();
  let wake = (): void => undefined;
  const note = (job: Job | 'stop'): void => {
    if (job !== 'stop') {
      if (!maySee(job)) return;
      changed.set(job.id, job);
    }
    wake();
  };
  const stop = jobs.listenAll(note);
  signal.addEventListener('abort', () => wake(), { once: true });
  const startedAt = performance.now();
  let [spokeAt, polledAt] = [startedAt, Number.NEGATIVE_INFINITY];
  try {
    // Proxies and clients see that the stream is open before anything happens.
    yield ': open\n\n';
    while (!signal.aborted && !jobs.isStopping() && performance.now() - startedAt < LIFETIME_MS) {
      if (performance.now() - polledAt >= POLL_MS) {
        await poll(jobs, told, note);
        polledAt = performance.now();
      }
      const news = [...changed.values()];
      changed.clear();
      for (const job of news) {
        const text = JSON.stringify(toJobJson(job, await jobs.progress(job)));
        if (told.get(job.id) === text) continue;
        if (hasEnded(job)) told.delete(job.id);
        else told.set(job.id, text);
        yield `event: job\ndata: ${text}\n\n`;
        spokeAt = performance.now();
      }
      if (performance.now() - spokeAt >= HEARTBEAT_MS) {
        yield ': still there\n\n';
        spokeAt = performance.now();
      }
      // Several changes within the time between two events are one.
      await pause(PACE_MS, () => undefined);
      if (changed.size === 0) await pause(POLL_MS - PACE_MS, (resolve) => (wake = resolve));
    }
  } finally {
    stop();
  }
}

/** Jobs that this server does not do itself, and the first look at those that it does. */
async function poll(
  jobs: Jobs,
  told: ReadonlyMap<string, string>,
  note: (job: Job) => void,
): Promise<void> {
  let left = MOST_POLLED;
  for await (const job of jobs.list()) {
    if (!hasEnded(job) || told.has(job.id)) note(job);
    left--;
    if (left === 0) return;
  }
}

async function pause(ms: number, give: (resolve: () => void) => void): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  give(resolve);
  await promise;
  clearTimeout(timer);
}
