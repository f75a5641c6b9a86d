import type { Job } from '../api/types.ts';
import { hasEnded } from './job-facts.ts';

type EndListener = (job: Job) => void;

/** The jobs that the server told of since the page was opened. */
class LiveJobStore {
  #jobs: ReadonlyMap<string, Job> = new Map();
  readonly #listeners = new Set<() => void>();
  readonly #endListeners = new Set<EndListener>();

  get snapshot(): ReadonlyMap<string, Job> {
    return this.#jobs;
  }

  update(job: Job): void {
    const before = this.#jobs.get(job.id);
    // An answer that the news of the job's end has overtaken.
    if (before !== undefined && hasEnded(before) && !hasEnded(job)) return;
    this.#jobs = new Map(this.#jobs).set(job.id, job);
    for (const listener of this.#listeners) listener();
    if (hasEnded(job) && (before === undefined || !hasEnded(before))) {
      for (const listener of this.#endListeners) listener(job);
    }
  }

  remove(id: string): void {
    const jobs = new Map(this.#jobs);
    jobs.delete(id);
    this.#jobs = jobs;
    for (const listener of this.#listeners) listener();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly onEnd = (listener: EndListener): (() => void) => {
    this.#endListeners.add(listener);
    return () => this.#endListeners.delete(listener);
  };
}

export const liveJobs: LiveJobStore = new LiveJobStore();
