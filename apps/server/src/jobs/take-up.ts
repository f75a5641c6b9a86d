import { ModelkeepError } from '@modelkeep/core/spi';
import type { Uploads } from '../uploads/uploads.ts';
import { hasEnded, type Job } from './job.ts';
import type { JobSignals } from './job-signals.ts';
import type { JobStore } from './job-store.ts';
import { hasSource, RESUMABLE } from './job-work.ts';

/** Jobs that have ended; older ones are forgotten. */
const MOST_KEPT = 5000;
const WAITS =
  'its server is gone, and none of those that are here has what it reads: it goes on when one that has it starts; or cancel it';

/** One of the servers that share a store, as its jobs see it. */
export interface JobServer {
  /** Names this server among all. */
  readonly id: string;
  isAlive(id: string): Promise<boolean>;
  /** Does `work` unless another server does what `key` names. Returns whether it did. */
  alone(key: string, work: () => Promise<void>): Promise<boolean>;
}

export interface TakeUpOptions {
  readonly store: JobStore;
  readonly server: JobServer;
  readonly uploads: Uploads;
  readonly signals: JobSignals;
  readonly isHere: (id: string) => boolean;
  /** Goes on with a job here. */
  readonly go: (job: Job) => void;
  readonly onError: (error: unknown) => void;
}

/**
 * Takes what servers left that are gone: each job once, whichever servers look. Returns whether that is all; what
 * failed was told to `onError`, and holds up no other job.
 */
export async function takeUpJobs(options: TakeUpOptions): Promise<boolean> {
  const { store, signals, onError } = options;
  let isDone = true;
  let ended = 0;
  const attempt = async (work: () => Promise<boolean>): Promise<boolean> => {
    try {
      if (!(await work())) isDone = false;
    } catch (error) {
      isDone = false;
      onError(error);
    }
    return isDone;
  };
  return attempt(async () => {
    for await (const job of store.list()) {
      if (!hasEnded(job)) await attempt(() => takeUpJob(options, job));
      else if (++ended > MOST_KEPT) {
        await store.remove(job.id);
        await signals.forget(job.id);
      }
    }
    return true;
  });
}

/** Returns whether that is all: another server may be about to leave it to this one. */
async function takeUpJob(
  { store, server, uploads, signals, isHere, go }: TakeUpOptions,
  listed: Job,
): Promise<boolean> {
  const isLeft = async (job: Job): Promise<boolean> =>
    !hasEnded(job) &&
    !isHere(job.id) &&
    (job.server === server.id || !(await server.isAlive(job.server)));
  if (!(await isLeft(listed))) return true;
  const isAble = await hasSource(uploads, listed);
  const isUnwanted = await signals.isToCancel(listed.id);
  if (!isUnwanted && !isAble && listed.warnings.includes(WAITS)) return true;
  return server.alone(`job/${listed.id}`, async () => {
    // Another server may have had it meanwhile.
    const job = await store.get(listed.id);
    if (job === undefined || !(await isLeft(job))) return;
    if (isUnwanted || !RESUMABLE.has(job.kind)) {
      const state = isUnwanted ? 'cancelled' : 'interrupted';
      await store.put({ ...job, state, endedAt: Date.now() });
      await signals.forget(job.id);
      return;
    }
    const warnings = job.warnings.filter((warning) => warning !== WAITS);
    const queued: Job = { ...job, state: 'queued', startedAt: null, warnings };
    if (!isAble) {
      await store.put({ ...queued, warnings: [...warnings, WAITS] });
      return;
    }
    const mine: Job = { ...queued, server: server.id };
    await store.put(mine);
    go(mine);
  });
}

/** Cancels a job that does not run here: one that its server left at once, another by telling its server. */
export async function cancelElsewhere(
  { store, server, signals }: Pick<TakeUpOptions, 'store' | 'server' | 'signals'>,
  id: string,
): Promise<Job> {
  const cancel = async (): Promise<void> => {
    const job = await store.get(id);
    if (job === undefined || hasEnded(job)) return;
    // This server lives, and does not do it.
    if (job.server !== server.id && (await server.isAlive(job.server))) return;
    await store.put({ ...job, state: 'cancelled', endedAt: Date.now() });
  };
  await server.alone(`job/${id}`, cancel);
  const find = async (): Promise<Job> => {
    const job = await store.get(id);
    if (job !== undefined) return job;
    throw new ModelkeepError('object-not-found', `there is no job ${id}`);
  };
  if (!hasEnded(await find())) await signals.askToCancel(id);
  const job = await find();
  // Its server, if there is one that did it, may have forgotten what was said before this was.
  if (hasEnded(job)) await signals.forget(id);
  return job;
}
