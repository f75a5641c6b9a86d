import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CacheEvent, ModelCache } from '@modelkeep/core';
import { memoryMetadata } from '@modelkeep/testkit/memory';
import { vi } from 'vitest';
import { createJobs, type Jobs, type NewJob } from '../src/jobs/jobs.ts';
import { createPresence } from '../src/store/presence.ts';
import { createUploads } from '../src/uploads/uploads.ts';

export const PULL: NewJob = {
  kind: 'pull',
  subject: 'org/name',
  user: { name: 'ada', role: 'admin' },
  parameters: { model: 'org/name' },
};
/** Longer than a server that is killed counts as alive. */
export const LATER_MS = 30_000;

export interface Node extends AsyncDisposable {
  readonly jobs: Jobs;
  readonly works: () => number;
  /** Something happens in what it does. */
  tell(event: CacheEvent): void;
  /** As after kill -9: its leases run out, and it says and hears nothing more. */
  kill(): void;
  /** Ends it as SIGTERM does. */
  stop(): Promise<void>;
}

export interface Fleet {
  /** A server of the store, with uploads in `folder`. What those do that are not `fast` goes on for ever. */
  start(fast: boolean, folder?: string): Promise<Node>;
  /** How many records there are by which servers tell each other of jobs. */
  said(): Promise<number>;
  /** Whether the database fails, for all or for the record `id`. */
  fault: 'all' | { readonly id: string } | undefined;
  readonly errors: unknown[];
}

/** Servers that share a store. */
export async function createFleet(): Promise<Fleet> {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date', 'performance'] });
  const metadata = memoryMetadata();
  await metadata.open();
  const said = async (): Promise<number> => {
    const kinds = ['job-progress', 'job-cancels'].map((kind) => metadata.listRecords(kind));
    return (await Promise.all(kinds.map((records) => Array.fromAsync(records)))).flat().length;
  };
  const fleet: Fleet = { start, said, fault: undefined, errors: [] };
  const check = (id?: string): void => {
    const { fault } = fleet;
    if (fault === 'all' || (id !== undefined && fault?.id === id)) throw new Error('no database');
  };
  const store: typeof metadata = {
    ...metadata,
    async getRecord(kind, id) {
      check(id);
      return metadata.getRecord(kind, id);
    },
    async listLeases(prefix) {
      check();
      return metadata.listLeases(prefix);
    },
  };
  async function start(fast: boolean, folder = ''): Promise<Node> {
    let works = 0;
    let isDead = false;
    let tell: (event: CacheEvent) => void = () => {};
    const work = (
      _what: unknown,
      { signal, onEvent }: { signal?: AbortSignal; onEvent?: typeof tell } = {},
    ): Promise<never> => {
      works += 1;
      if (onEvent !== undefined) tell = onEvent;
      const { promise, resolve, reject } = Promise.withResolvers<never>();
      if (fast) resolve({} as never);
      signal?.addEventListener('abort', () => reject(signal.reason as Error));
      return promise;
    };
    const cache: Pick<ModelCache, 'pullModel' | 'importModel' | 'collectGarbage'> = {
      pullModel: work,
      importModel: work,
      collectGarbage: (options) => work(undefined, options),
    };
    const records: typeof store = {
      ...store,
      async putRecord(...call) {
        if (isDead) throw new Error('killed');
        return metadata.putRecord(...call);
      },
      listRecords(...call) {
        if (isDead) throw new Error('killed');
        return metadata.listRecords(...call);
      },
    };
    const sizeOf = async (id: string): Promise<number | undefined> =>
      (await stat(join(folder, id)).catch(() => undefined))?.size;
    const presence = createPresence(
      {
        ...store,
        async renewLeases(request) {
          check();
          return isDead ? [] : metadata.renewLeases(request);
        },
        async acquireLeases(keys, request) {
          check();
          return isDead ? [] : metadata.acquireLeases(keys, request);
        },
      },
      () => (isDead ? Promise.resolve(true) : jobs.takeUp()),
    );
    const jobs = createJobs({
      cache: cache as ModelCache,
      records,
      uploads: createUploads(folder, sizeOf),
      server: presence,
      onEnd: () => {},
      onError: (error) => fleet.errors.push(error),
    });
    await presence.begin();
    await presence.takeUp();
    return {
      jobs,
      works: () => works,
      tell: (event) => tell(event),
      kill() {
        isDead = true;
      },
      async stop() {
        await jobs.stop();
        await presence[Symbol.asyncDispose]();
      },
      [Symbol.asyncDispose]: () => presence[Symbol.asyncDispose](),
    };
  }
  return fleet;
}

export async function stateOf({ jobs }: Node, id: string): Promise<string | undefined> {
  return (await jobs.get(id))?.state;
}
