import type { CacheEvent, ModelCache, User } from '@modelkeep/core';
import { isModelkeepError, ModelkeepError } from '@modelkeep/core/spi';
import type { RecordStore } from '../store/record-store.ts';
import { timeId } from '../store/time-id.ts';
import type { Uploads } from '../uploads/uploads.ts';
import { describeFailure, hasEnded, type Job, type JobKind, type JobProgress } from './job.ts';
import { createJobSignals } from './job-signals.ts';
import { createJobStore, type JobStore } from './job-store.ts';
import { doWork, RESUMABLE } from './job-work.ts';
import { SpeedMeter } from './speed-meter.ts';
import { cancelElsewhere, type JobServer, takeUpJobs } from './take-up.ts';
import { untilNoted } from './until-noted.ts';

const MOST_AT_ONCE = 4;
const MOST_WARNINGS = 100;

export interface NewJob {
  readonly kind: JobKind;
  readonly subject: string;
  readonly user: User;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** What is told of a job while it goes on: its events, and each change of its state. */
export type JobNews =
  | CacheEvent
  | { readonly type: 'job'; readonly job: Job }
  /** Nothing more is told here: the job has ended, the server ends, or what became of it could not be noted. */
  | { readonly type: 'stop' };

export type JobListener = (news: JobNews) => void;

export interface Jobs {
  start(job: NewJob): Promise<Job>;
  get(id: string): Promise<Job | undefined>;
  list(options?: { readonly after?: string }): AsyncIterable<Job>;
  /** How far a job is that goes on, here or in another server. */
  progress(job: Job): Promise<JobProgress | undefined>;
  /** Ends it if it has not ended, wherever it runs, within a few seconds; what was fetched stays. Returns it as it is then. */
  cancel(id: string): Promise<Job>;
  /** Tells of a job that runs here; undefined if it does not. Returns how to stop listening. */
  listen(id: string, listener: JobListener): (() => void) | undefined;
  /** Tells of every job that runs here: of its state, and that it has gone on; and of the server's end. Returns how to stop listening. */
  listenAll(listener: (job: Job | 'stop') => void): () => void;
  /** Forgets a job that has ended. Fails with `conflict` if it has not. Returns it as it was. */
  remove(id: string): Promise<Job>;
  /** Takes up what servers left that are gone. Never fails; returns whether that is all, or it is to be tried again. */
  takeUp(): Promise<boolean>;
  readonly running: number;
  isStopping(): boolean;
  /** Ends all; those that can be taken up again are, at the next start. */
  stop(): Promise<void>;
}

export interface JobsOptions {
  readonly cache: ModelCache;
  readonly records: RecordStore;
  readonly uploads: Uploads;
  readonly server: JobServer;
  /** Called when a job has ended, well or not: what is stored may be another by now. */
  readonly onEnd: () => void;
  readonly onError: (error: unknown) => void;
}

interface Running {
  job: Job;
  progress: Extract<CacheEvent, { type: 'progress' }> | undefined;
  readonly warnings: string[];
  readonly meter: SpeedMeter;
  readonly controller: AbortController;
  readonly listeners: Set<JobListener>;
  cancelled: boolean;
}

export function createJobs(options: JobsOptions): Jobs {
  const store: JobStore = createJobStore(options.records);
  const running = new Map<string, Running>();
  const waiting: Running[] = [];
  const work = new Set<Promise<void>>();
  const all = new Set<(job: Job | 'stop') => void>();
  const stopping = new AbortController();
  let turn: Promise<unknown> = Promise.resolve();
  let active = 0;

  const change = async (entry: Running, changes: Partial<Job>): Promise<void> => {
    const job = { ...entry.job, ...changes, warnings: [...entry.warnings] };
    await store.put(job);
    entry.job = job;
    tell(entry, { type: 'job', job: entry.job });
    for (const listener of all) listener(entry.job);
  };
  const note = (entry: Running, event: CacheEvent): void => {
    if (event.type === 'progress') {
      entry.meter.note(event.doneBytes);
      entry.progress = event;
    }
    if (event.type === 'warning' && entry.warnings.length < MOST_WARNINGS) {
      entry.warnings.push(event.message);
    }
    tell(entry, event);
    for (const listener of all) listener(entry.job);
  };
  /** Does it. Returns how it ended. */
  const perform = async (entry: Running): Promise<Partial<Job>> => {
    const { kind, parameters, user, role } = entry.job;
    try {
      await change(entry, { state: 'running', startedAt: Date.now() });
      const result = await doWork(
        kind,
        {
          cache: options.cache,
          uploads: options.uploads,
          user: { name: user, role },
          signal: entry.controller.signal,
          onEvent: (event) => note(entry, event),
        },
        parameters,
      );
      return { state: 'done', endedAt: Date.now(), result };
    } catch (error) {
      return failureOf(entry, error);
    } finally {
      options.onEnd();
    }
  };
  const leave = (entry: Running): void => {
    running.delete(entry.job.id);
    tell(entry, { type: 'stop' });
    // One that goes on in another server may still be told to end.
    if (hasEnded(entry.job)) void signals.forget(entry.job.id);
  };
  const next = (): void => {
    while (active < MOST_AT_ONCE && !stopping.signal.aborted) {
      const entry = waiting.shift();
      if (entry === undefined) return;
      active++;
      const done = perform(entry)
        // Until its end is noted it goes on, for whoever asks.
        .then((end) => untilNoted(() => change(entry, end), stopping.signal, options.onError))
        .catch(options.onError)
        .finally(() => {
          leave(entry);
          work.delete(done);
          active--;
          next();
        });
      work.add(done);
    }
  };
  /** From here on nothing takes it up as left behind. */
  const register = (job: Job): Running => {
    const entry: Running = {
      job,
      progress: undefined,
      meter: new SpeedMeter(),
      warnings: [...job.warnings],
      controller: new AbortController(),
      listeners: new Set(),
      cancelled: false,
    };
    running.set(job.id, entry);
    signals.begin();
    return entry;
  };
  const enqueue = (entry: Running): void => {
    waiting.push(entry);
    next();
  };
  const failureOf = (entry: Running, error: unknown): Partial<Job> => {
    // A job that its server's end stopped goes on in the next one.
    if (stopping.signal.aborted && !entry.cancelled && entry.controller.signal.aborted) {
      return RESUMABLE.has(entry.job.kind)
        ? { state: 'queued', startedAt: null }
        : { state: 'interrupted', endedAt: Date.now() };
    }
    if (entry.cancelled) return { state: 'cancelled', endedAt: Date.now() };
    if (!isModelkeepError(error)) options.onError(error);
    return { state: 'failed', endedAt: Date.now(), error: describeFailure(error) };
  };
  const progressHere = (id: string): JobProgress | undefined => {
    const entry = running.get(id);
    if (entry?.progress === undefined) return undefined;
    return { ...entry.progress, bytesPerSecond: entry.meter.bytesPerSecond };
  };
  const cancelHere = (id: string): Promise<Job> | undefined => {
    const entry = running.get(id);
    if (entry === undefined) return undefined;
    entry.cancelled = true;
    entry.controller.abort(new DOMException('the job was cancelled', 'AbortError'));
    const index = waiting.indexOf(entry);
    if (index < 0) return Promise.resolve(entry.job);
    waiting.splice(index, 1);
    // Until it is noted, the job counts as left behind to whoever does not find it here.
    return change(entry, { state: 'cancelled', endedAt: Date.now() })
      .finally(() => leave(entry))
      .then(() => entry.job);
  };
  const signals = createJobSignals({
    records: options.records,
    ids: () => [...running.keys()],
    progress: progressHere,
    cancel: (id) => void cancelHere(id)?.catch(options.onError),
  });
  const others = { store, server: options.server, signals };
  /** One after the other: `alone` excludes other servers, but not this one from what it does itself. */
  const inTurn = <T>(look: () => Promise<T>): Promise<T> => {
    const done = turn.then(look, look);
    turn = done;
    return done;
  };

  return {
    async start({ kind, subject, user, parameters }) {
      const job: Job = {
        id: timeId(),
        kind,
        subject,
        user: user.name,
        role: user.role,
        state: 'queued',
        createdAt: Date.now(),
        startedAt: null,
        endedAt: null,
        parameters,
        result: null,
        error: null,
        warnings: [],
        server: options.server.id,
      };
      const entry = register(job);
      try {
        await store.put(job);
      } catch (error) {
        running.delete(job.id);
        throw error;
      }
      enqueue(entry);
      for (const listener of all) listener(job);
      return job;
    },
    get: async (id) => running.get(id)?.job ?? (await store.get(id)),
    async *list(page) {
      for await (const job of store.list(page)) yield running.get(job.id)?.job ?? job;
    },
    async progress(job) {
      if (running.has(job.id)) return progressHere(job.id);
      return job.state === 'running' ? signals.progressOf(job.id) : undefined;
    },
    cancel: async (id) =>
      cancelHere(id) ?? inTurn(async () => cancelHere(id) ?? cancelElsewhere(others, id)),
    listen(id, listener) {
      const entry = running.get(id);
      if (entry === undefined) return undefined;
      entry.listeners.add(listener);
      listener({ type: 'job', job: entry.job });
      if (entry.progress !== undefined) listener(entry.progress);
      return () => entry.listeners.delete(listener);
    },
    listenAll(listener) {
      all.add(listener);
      return () => all.delete(listener);
    },
    async remove(id) {
      const job = running.get(id)?.job ?? (await store.get(id));
      if (job === undefined) throw new ModelkeepError('object-not-found', `there is no job ${id}`);
      if (!hasEnded(job)) {
        throw new ModelkeepError('conflict', `job ${id} goes on: cancel it first`);
      }
      await store.remove(id);
      await signals.forget(id);
      return job;
    },
    takeUp() {
      const { uploads, onError } = options;
      const isHere = (id: string): boolean => stopping.signal.aborted || running.has(id);
      const go = (job: Job): void => enqueue(register(job));
      return inTurn(() => takeUpJobs({ ...others, uploads, isHere, go, onError }));
    },
    get running() {
      return running.size;
    },
    async stop() {
      stopping.abort();
      for (const listener of all) listener('stop');
      const entries = [...running.values()];
      for (const { controller } of entries) {
        controller.abort(new DOMException('the server stops', 'AbortError'));
      }
      await Promise.all(work);
      await signals.end();
      for (const entry of entries) tell(entry, { type: 'stop' });
    },
    isStopping: () => stopping.signal.aborted,
  };
}

function tell(entry: Running, news: JobNews): void {
  for (const listener of entry.listeners) listener(news);
}
