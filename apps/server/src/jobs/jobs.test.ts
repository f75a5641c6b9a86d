import type { ModelCache, PullResult } from '@modelkeep/core';
import { memoryMetadata } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { createUploadServer } from '../uploads/upload-server.ts';
import { createJobs, type Jobs, type NewJob } from './jobs.ts';

const PULL: NewJob = {
  kind: 'pull',
  subject: 'org/name',
  user: { name: 'ada', role: 'admin' },
  parameters: { model: 'org/name' },
};
const MOST_AT_ONCE = 4;

interface Given {
  readonly jobs: Jobs;
  readonly pulls: () => number;
  /** What each record that is put waits for, before or after it is there. */
  readonly hold: { before?: Promise<void> | undefined; after?: Promise<void> | undefined };
  /** Records that wait, or have waited, so. */
  readonly puts: () => number;
}

/** Jobs of one server, whose pulls go on for ever. */
async function jobsOfOne(): Promise<Given> {
  const metadata = memoryMetadata();
  await metadata.open();
  const hold: Given['hold'] = {};
  let pulls = 0;
  let puts = 0;
  const cache: Pick<ModelCache, 'pullModel'> = {
    pullModel() {
      pulls += 1;
      return new Promise<PullResult>(() => {});
    },
  };
  const jobs = createJobs({
    cache: cache as ModelCache,
    records: {
      ...metadata,
      async putRecord(...call) {
        const { before, after } = hold;
        if (before !== undefined) puts += 1;
        await before;
        const isPut = await metadata.putRecord(...call);
        if (after !== undefined) puts += 1;
        await after;
        return isPut;
      },
    },
    uploads: createUploadServer(undefined),
    server: {
      id: 'one',
      isAlive: async () => true,
      alone: (_key, work) => work().then(() => true),
    },
    onEnd: () => {},
    onError: () => {},
  });
  return { jobs, pulls: () => pulls, hold, puts: () => puts };
}

it('a look for jobs that were left does not find one whose start is noted, but not answered yet', async () => {
  const { jobs, pulls, hold, puts } = await jobsOfOne();
  const answer = Promise.withResolvers<void>();
  hold.after = answer.promise;
  const started = jobs.start(PULL);
  await expect.poll(puts).toBe(1);
  hold.after = undefined;
  await jobs.takeUp();
  answer.resolve();
  const { id } = await started;
  await expect.poll(async () => (await jobs.get(id))?.state).toBe('running');
  expect([pulls(), jobs.running]).toEqual([1, 1]);
});

it('a look for jobs that were left does not take up one that waits and is being cancelled', async () => {
  const { jobs, pulls, hold, puts } = await jobsOfOne();
  for (let count = 0; count < MOST_AT_ONCE; count += 1) await jobs.start(PULL);
  await expect.poll(pulls).toBe(MOST_AT_ONCE);
  const { id } = await jobs.start(PULL);
  const noted = Promise.withResolvers<void>();
  hold.before = noted.promise;
  const cancelled = jobs.cancel(id);
  await expect.poll(puts).toBe(1);
  hold.before = undefined;
  await jobs.takeUp();
  noted.resolve();
  await cancelled;
  expect((await jobs.get(id))?.state).toBe('cancelled');
  expect(jobs.running).toBe(MOST_AT_ONCE);
});

it('a job whose start cannot be noted is not there', async () => {
  const { jobs, hold } = await jobsOfOne();
  hold.before = Promise.reject(new Error('the database is away'));
  await expect(jobs.start(PULL)).rejects.toThrow('away');
  expect(jobs.running).toBe(0);
});
