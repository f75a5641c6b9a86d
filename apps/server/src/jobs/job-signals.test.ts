import { memoryMetadata } from '@modelkeep/testkit/memory';
import { afterEach, expect, it, vi } from 'vitest';
import { createFleet, LATER_MS, PULL, stateOf } from '../../test/job-fleet.ts';
import type { Job } from './job.ts';
import { createJobSignals } from './job-signals.ts';
import { createJobStore } from './job-store.ts';
import { cancelElsewhere, type JobServer } from './take-up.ts';

/** Longer than it takes until a server has told of its jobs. */
const LOOKS_MS = 2000;
const PATIENT = { timeout: 30_000 };
const JOB: Job = {
  id: 'a',
  kind: 'pull',
  subject: 'org/name',
  user: 'ada',
  role: 'admin',
  state: 'running',
  createdAt: 1,
  startedAt: 2,
  endedAt: null,
  parameters: {},
  result: null,
  error: null,
  warnings: [],
  server: 'other',
};
const SERVER: JobServer = {
  id: 'this',
  isAlive: async () => true,
  async alone(_key, work) {
    await work();
    return true;
  },
};

afterEach(() => void vi.useRealTimers());

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

it('nothing stays of what a server told of a job that is interrupted, as the server is gone', async () => {
  const fleet = await createFleet();
  await using killed = await fleet.start(false);
  const { id } = await killed.jobs.start({ ...PULL, kind: 'gc' });
  await expect.poll(() => killed.works()).toBe(1);
  killed.tell({ type: 'progress', doneBytes: 5, doneFiles: 0, active: [] });
  await vi.advanceTimersByTimeAsync(LOOKS_MS);
  await expect.poll(() => fleet.said(), PATIENT).toBe(1);
  await using other = await fleet.start(false);
  killed.kill();
  await vi.advanceTimersByTimeAsync(LATER_MS);
  await expect.poll(() => stateOf(other, id), PATIENT).toBe('interrupted');
  await expect.poll(() => fleet.said(), PATIENT).toBe(0);
});

it('a job that nobody can take up is cancelled, also if nobody could tell then whether its server lives', async () => {
  const fleet = await createFleet();
  await using gone = await fleet.start(false);
  const asked = { ...PULL, kind: 'import', parameters: { upload: 'a'.repeat(32) } } as const;
  const { id } = await gone.jobs.start(asked);
  await using other = await fleet.start(false);
  gone.kill();
  await vi.advanceTimersByTimeAsync(LATER_MS);
  await expect.poll(async () => (await other.jobs.get(id))?.warnings, PATIENT).toHaveLength(1);
  fleet.fault = 'all';
  await vi.advanceTimersByTimeAsync(LATER_MS);
  fleet.fault = undefined;
  expect(await other.jobs.cancel(id)).toMatchObject({ state: 'queued' });
  await vi.advanceTimersByTimeAsync(LATER_MS);
  await expect.poll(() => stateOf(other, id), PATIENT).toBe('cancelled');
  await expect.poll(() => fleet.said(), PATIENT).toBe(0);
});

it('nothing stays of a wish to cancel that comes as the job ends', async () => {
  const metadata = memoryMetadata();
  await metadata.open();
  const store = createJobStore(metadata);
  await store.put(JOB);
  const signals = createJobSignals({
    records: {
      ...metadata,
      async putRecord(...call) {
        // Its server ends it, and forgets what was said of it.
        await store.put({ ...JOB, state: 'done', endedAt: 3 });
        return metadata.putRecord(...call);
      },
    },
    ids: () => [],
    progress: () => undefined,
    cancel: () => {},
  });
  expect(await cancelElsewhere({ store, server: SERVER, signals }, 'a')).toMatchObject({
    state: 'done',
  });
  expect(await Array.fromAsync(metadata.listRecords('job-cancels'))).toEqual([]);
});

it('a server that ends forgets first what it has said of jobs that have ended', async () => {
  const metadata = memoryMetadata();
  await metadata.open();
  const isSlow = Promise.withResolvers<void>();
  const order: string[] = [];
  const signals = createJobSignals({
    records: {
      ...metadata,
      async removeRecord(...call) {
        await isSlow.promise;
        order.push('forgotten');
        return metadata.removeRecord(...call);
      },
    },
    ids: () => [],
    progress: () => undefined,
    cancel: () => {},
  });
  void signals.forget('a');
  const ended = signals.end().then(() => order.push('ended'));
  await new Promise(setImmediate);
  isSlow.resolve();
  await ended;
  expect(order).toEqual(['forgotten', 'forgotten', 'ended']);
});
