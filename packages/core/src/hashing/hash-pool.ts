import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { ModelkeepError } from '../spi/errors.ts';
import type { ContentHashes } from './content-hashes.ts';
import type { HashAnswer, HashRequest } from './hash-messages.ts';

interface HashJobOptions {
  /** Bytes of the finished file. */
  readonly size: number;
  /** Compute the git blob id as well. Default: false. */
  readonly gitOid?: boolean;
  readonly signal?: AbortSignal;
  /** Bytes hashed so far. */
  readonly onProgress?: (position: number) => void;
}

/** The hash of a file that is still being written. */
interface GrowingHash {
  /** All bytes before `end` are in the file now. Going back is ignored. */
  advance(end: number): void;
  /** Settles once `size` bytes were hashed. Rejects after `cancel`. */
  readonly result: Promise<ContentHashes>;
  cancel(): void;
}

/** Hashes files in worker threads, so that the event loop never waits for it. */
export interface HashPool {
  hashFile(path: string, options: HashJobOptions): Promise<ContentHashes>;
  /** Hashes behind the writer, each byte read once. */
  follow(path: string, options: HashJobOptions): GrowingHash;
  close(): Promise<void>;
}

interface PendingJob {
  readonly resolve: (hashes: ContentHashes) => void;
  readonly reject: (error: unknown) => void;
  readonly onProgress: ((position: number) => void) | undefined;
  readonly path: string;
}

interface PoolWorker {
  readonly worker: Worker;
  readonly jobs: Map<number, PendingJob>;
}

const ADVANCE_BYTES = 2 * 1024 * 1024;

// From source the worker is a .ts file beside this one; in a published package it is a .js file beside the bundle.
const WORKER_URL: URL = import.meta.url.endsWith('.ts')
  ? new URL('./hash-worker.ts', import.meta.url)
  : new URL('./hash-worker.js', import.meta.url);

/** Threads are loaded when the first is started: most commands need none. */
function startWorker(): Worker {
  const { Worker: Thread } = process.getBuiltinModule('node:worker_threads');
  return new Thread(WORKER_URL);
}

class WorkerHashPool implements HashPool {
  readonly #workers: PoolWorker[] = [];
  readonly #limit: number;
  #nextId = 1;
  #closed = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  hashFile(path: string, options: HashJobOptions): Promise<ContentHashes> {
    const job = this.follow(path, options);
    job.advance(options.size);
    return job.result;
  }

  follow(path: string, options: HashJobOptions): GrowingHash {
    const { signal } = options;
    const chosen = this.#pick();
    const id = this.#nextId++;
    let reject: (error: unknown) => void = () => {};
    const result = new Promise<ContentHashes>((resolve, rejectResult) => {
      reject = rejectResult;
      chosen.jobs.set(id, { resolve, reject: rejectResult, onProgress: options.onProgress, path });
    });
    chosen.worker.ref();
    let told = 0;
    const send = (request: HashRequest): void => chosen.worker.postMessage(request);
    const cancel = (reason: unknown): void => {
      if (!chosen.jobs.delete(id)) return;
      send({ type: 'cancel', id });
      if (chosen.jobs.size === 0) chosen.worker.unref();
      reject(reason);
    };
    const onAbort = (): void => cancel(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    send({ type: 'start', id, path, size: options.size, gitOid: options.gitOid ?? false, end: 0 });
    if (signal?.aborted === true) onAbort();
    const settled = result.finally(() => signal?.removeEventListener('abort', onAbort));
    // Whoever cancels a job may never look at its result.
    settled.catch(() => {});
    return {
      advance: (end) => {
        if (!chosen.jobs.has(id)) return;
        // A message costs more than hashing a little: the worker may be that far behind.
        if (end - told < ADVANCE_BYTES && end < options.size) return;
        told = end;
        send({ type: 'advance', id, end });
      },
      result: settled,
      cancel: () => cancel(new ModelkeepError('conflict', `hashing of ${path} was cancelled`)),
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    const workers = this.#workers.splice(0);
    for (const { jobs } of workers) {
      for (const { reject } of jobs.values())
        reject(new ModelkeepError('conflict', 'the cache was closed'));
      jobs.clear();
    }
    await Promise.all(workers.map(({ worker }) => worker.terminate()));
  }

  #pick(): PoolWorker {
    if (this.#closed) throw new ModelkeepError('conflict', 'the cache is closed');
    const idle = this.#workers.find(({ jobs }) => jobs.size === 0);
    if (idle !== undefined) return idle;
    if (this.#workers.length < this.#limit) return this.#spawn();
    return this.#workers.reduce((least, next) => (next.jobs.size < least.jobs.size ? next : least));
  }

  #spawn(): PoolWorker {
    const created: PoolWorker = { worker: startWorker(), jobs: new Map() };
    created.worker.on('message', (answer: HashAnswer) => this.#receive(created, answer));
    created.worker.on('error', (cause) => {
      this.#workers.splice(this.#workers.indexOf(created), 1);
      for (const job of created.jobs.values())
        job.reject(new ModelkeepError('storage-failed', `could not hash ${job.path}`, { cause }));
      created.jobs.clear();
    });
    this.#workers.push(created);
    return created;
  }

  #receive(from: PoolWorker, answer: HashAnswer): void {
    const job = from.jobs.get(answer.id);
    if (job === undefined) return;
    if (answer.type === 'progress') {
      job.onProgress?.(answer.position);
      return;
    }
    from.jobs.delete(answer.id);
    if (from.jobs.size === 0) from.worker.unref();
    if (answer.type === 'done') job.resolve(answer.hashes);
    else {
      const cause = Object.assign(
        new Error(answer.message),
        answer.code === undefined ? {} : { code: answer.code },
      );
      job.reject(
        new ModelkeepError('storage-failed', `could not read ${job.path}: ${answer.message}`, {
          cause,
        }),
      );
    }
  }
}

/** `workers`: most threads at once; default: one a core, at most 4. They are started when needed and do not keep the process alive. */
export function createHashPool(workers: number = Math.min(4, availableParallelism())): HashPool {
  return new WorkerHashPool(workers);
}
