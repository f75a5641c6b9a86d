import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CacheEvent, ModelCache } from '@modelkeep/core';
import { memoryMetadata, tempFolder } from '@modelkeep/testkit/memory';
import { afterEach, expect, it, vi } from 'vitest';
import { createPresence } from '../store/presence.ts';
import { createUploads } from '../uploads/uploads.ts';
import { createJobs, type Jobs, type NewJob } from './jobs.ts';

const PULL: NewJob = {
  kind: 'pull',
  subject: 'org/name',
  user: { name: 'ada', role: 'admin' },
  parameters: { model: 'org/name' },
};
/** Longer than a server that is killed counts as alive. */
const LATER_MS = 30_000;
/** Longer than it takes until a server has told of its jobs. */
const LOOKS_MS = 2000;
const PATIENT = { timeout: 30_000 };
const UPLOAD = 'a'.repeat(32);

interface Node extends AsyncDisposable {
  readonly jobs: Jobs;
  readonly works: () => number;
  /** Something happens in what it does. */
  tell(event: CacheEvent): void;
  /** As after kill -9: its leases run out. */
  kill(): void;
  /** Ends it as SIGTERM does. */
  stop(): Promise<void>;
}

interface Fleet {
  /** A server of the store, with uploads in `folder`. What those do that are not `fast` goes on for ever. */
  start(fast: boolean, folder?: string): Promise<Node>;
  /** How many records there are by which servers tell each other of jobs. */
  said(): Promise<number>;
  /** Whether the database fails, for all or for the record `id`. */
  fault: 'all' | { readonly id: string } | undefined;
  readonly errors: unknown[];
}

afterEach(() => void vi.useRealTimers());

/** Servers that share a store. */
async function createFleet(): Promise<Fleet> {
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
    const cache: Pick<ModelCache, 'pullModel' | 'importModel'> = {
      pullModel: work,
      importModel: work,
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
      records: store,
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

async function stateOf({ jobs }: Node, id: string): Promise<string | undefined> {
  return (await jobs.get(id))?.state;
}

it('a job of a server that was killed is done by one of the others, and by a server that had started too early to know', async () => {
  const { start } = await createFleet();
  await using killed = await start(false);
  const { id } = await killed.jobs.start(PULL);
  await using one = await start(true);
  killed.kill();
  await using two = await start(true);
  expect(one.works() + two.works()).toBe(0);
  await vi.advanceTimersByTimeAsync(LATER_MS);
  await expect.poll(() => stateOf(one, id)).toBe('done');
  expect(one.works() + two.works()).toBe(1);
});

it('a job of a server that lives stays there', async () => {
  const { start } = await createFleet();
  await using slow = await start(false);
  const { id } = await slow.jobs.start(PULL);
  await using other = await start(true);
  await vi.advanceTimersByTimeAsync(LATER_MS);
  expect(await other.jobs.takeUp()).toBe(true);
  expect(other.works()).toBe(0);
  expect(await stateOf(other, id)).toBe('running');
});

it('a job can be watched and cancelled in every server', async () => {
  const fleet = await createFleet();
  await using slow = await fleet.start(false);
  const job = await slow.jobs.start(PULL);
  await using other = await fleet.start(true);
  const progressThere = async (): Promise<number | undefined> =>
    (await other.jobs.progress((await other.jobs.get(job.id)) ?? job))?.doneBytes;
  for (const doneBytes of [5, 7]) {
    slow.tell({ type: 'progress', doneBytes, doneFiles: 0, active: [] });
    await vi.advanceTimersByTimeAsync(LOOKS_MS);
    await expect.poll(progressThere, PATIENT).toBe(doneBytes);
  }
  expect(await other.jobs.cancel(job.id)).toMatchObject({ state: 'running' });
  await vi.advanceTimersByTimeAsync(LOOKS_MS);
  await expect.poll(() => stateOf(other, job.id), PATIENT).toBe('cancelled');
  await expect.poll(() => fleet.said(), PATIENT).toBe(0);
});

it('a job that is cancelled in another server while its own is gone is not taken up to its end', async () => {
  const fleet = await createFleet();
  await using killed = await fleet.start(false);
  const { id } = await killed.jobs.start(PULL);
  await using other = await fleet.start(false);
  killed.kill();
  await other.jobs.cancel(id);
  await vi.advanceTimersByTimeAsync(LATER_MS);
  await expect.poll(() => stateOf(other, id), PATIENT).toBe('cancelled');
});

it('two servers that look at the same moment do it once', async () => {
  const { start } = await createFleet();
  await using killed = await start(false);
  const { id } = await killed.jobs.start(PULL);
  await using one = await start(true);
  await using two = await start(true);
  await vi.advanceTimersByTimeAsync(LATER_MS);
  killed.kill();
  vi.setSystemTime(Date.now() + LATER_MS);
  await Promise.all([one.jobs.takeUp(), two.jobs.takeUp()]);
  await expect.poll(() => stateOf(one, id)).toBe('done');
  expect(one.works() + two.works()).toBe(1);
});

it.each(['upload', 'path'])('an import by %s waits for a server that has it', async (by) => {
  await using mine = await tempFolder();
  await using others = await tempFolder();
  const path = mine.join(UPLOAD);
  await writeFile(path, 'archive');
  const { start } = await createFleet();
  await using first = await start(false, mine.path);
  await using other = await start(true, others.path);
  const parameters = by === 'upload' ? { upload: UPLOAD } : { path };
  const asked = { ...PULL, kind: 'import', parameters } as const;
  const { id } = await first.jobs.start(asked);
  const { id: unwanted } = await first.jobs.start(asked);
  await expect.poll(() => first.works()).toBe(2);
  await first.stop();
  await rm(path);
  await vi.advanceTimersByTimeAsync(LATER_MS);
  await expect.poll(async () => (await other.jobs.get(id))?.warnings).toHaveLength(1);
  expect(await other.jobs.takeUp()).toBe(true);
  expect(await other.jobs.get(id)).toMatchObject({
    state: 'queued',
    warnings: [expect.stringContaining('goes on when one that has it starts')],
  });
  expect(await other.jobs.cancel(unwanted)).toMatchObject({ state: 'cancelled' });
  await writeFile(path, 'archive');
  await using again = await start(true, mine.path);
  await vi.advanceTimersByTimeAsync(LATER_MS);
  await expect.poll(() => stateOf(again, id)).toBe('done');
  expect(await again.jobs.get(id)).toMatchObject({ warnings: [] });
  expect([other.works(), again.works()]).toEqual([0, 1]);
});

it('after an outage of the database servers leave each other their jobs, and see again who is gone', async () => {
  const fleet = await createFleet();
  await using quick = await fleet.start(true);
  await vi.advanceTimersByTimeAsync(1000);
  await using slow = await fleet.start(false);
  const { id } = await slow.jobs.start(PULL);
  await vi.advanceTimersByTimeAsync(LATER_MS);
  fleet.fault = 'all';
  await vi.advanceTimersByTimeAsync(LATER_MS);
  fleet.fault = undefined;
  await quick.jobs.takeUp();
  await vi.advanceTimersByTimeAsync(LATER_MS);
  expect(quick.works()).toBe(0);
  expect(await stateOf(quick, id)).toBe('running');
  slow.kill();
  await vi.advanceTimersByTimeAsync(LATER_MS);
  await expect.poll(() => stateOf(quick, id)).toBe('done');
});

it('a server that starts right after an outage of the database leaves the others their jobs', async () => {
  const fleet = await createFleet();
  await using slow = await fleet.start(false);
  const { id } = await slow.jobs.start(PULL);
  await vi.advanceTimersByTimeAsync(LATER_MS);
  fleet.fault = 'all';
  await vi.advanceTimersByTimeAsync(LATER_MS);
  fleet.fault = undefined;
  await using fresh = await fleet.start(true);
  await vi.advanceTimersByTimeAsync(LATER_MS);
  expect(fresh.works()).toBe(0);
  expect(await stateOf(fresh, id)).toBe('running');
});

it('a server that was killed while the database was away is missed afterwards', async () => {
  const fleet = await createFleet();
  await using killed = await fleet.start(false);
  const { id } = await killed.jobs.start(PULL);
  await using other = await fleet.start(true);
  fleet.fault = 'all';
  killed.kill();
  await vi.advanceTimersByTimeAsync(LATER_MS);
  fleet.fault = undefined;
  await vi.advanceTimersByTimeAsync(LATER_MS);
  await expect.poll(() => stateOf(other, id)).toBe('done');
});

it('what cannot be taken up is told, holds up no other job, and is tried again', async () => {
  const fleet = await createFleet();
  await using killed = await fleet.start(false);
  const older = await killed.jobs.start(PULL);
  const newer = await killed.jobs.start(PULL);
  await using other = await fleet.start(true);
  fleet.fault = { id: newer.id };
  killed.kill();
  await vi.advanceTimersByTimeAsync(LATER_MS);
  await expect.poll(() => stateOf(other, older.id)).toBe('done');
  expect(fleet.errors).toContainEqual(new Error('no database'));
  fleet.fault = undefined;
  await vi.advanceTimersByTimeAsync(LATER_MS);
  await expect.poll(() => stateOf(other, newer.id)).toBe('done');
});
