import { setImmediate } from 'node:timers/promises';
import type { ModelCache, PullResult } from '@modelkeep/core';
import { memoryMetadata } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { createUploadServer } from '../uploads/upload-server.ts';
import type { Job } from './job.ts';
import { createJobs, type Jobs, type NewJob } from './jobs.ts';

const PULL: NewJob = {
  kind: 'pull',
  subject: 'org/name',
  user: { name: 'ada', role: 'admin' },
  parameters: { model: 'org/name' },
};
const MOST_AT_ONCE = 4;
const AWAY = new Error('the database is away');
/** Longer than any end is tried again after. */
const REPEATED = { timeout: 30_000 };

interface Given {
  readonly jobs: Jobs;
  readonly pulls: () => number;
  /** What each record that is put waits for, before or after it is there. */
  readonly hold: { before?: Promise<void> | undefined; after?: Promise<void> | undefined };
  /** Records that wait, or have waited, so. */
  readonly puts: () => number;
  /** A job that a server left that is gone. */
  leave(): Promise<Job>;
  /** Ends all pulls well. */
  finish(): void;
  readonly errors: unknown[];
}

/** Jobs of one server, whose pulls go on until they are cancelled or finished. */
async function jobsOfOne(): Promise<Given> {
  const metadata = memoryMetadata();
  await metadata.open();
  const hold: Given['hold'] = {};
  let pulls = 0;
  let puts = 0;
  const errors: unknown[] = [];
  const finished = Promise.withResolvers<PullResult>();
  const cache: Pick<ModelCache, 'pullModel'> = {
    pullModel(_model, { signal } = {}) {
      pulls += 1;
      const { promise, reject } = Promise.withResolvers<never>();
      if (signal?.aborted) reject(signal.reason);
      signal?.addEventListener('abort', () => reject(signal.reason as Error));
      return Promise.race([promise, finished.promise]);
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
      isAlive: async (id) => id !== 'gone',
      alone: (_key, work) => work().then(() => true),
    },
    onEnd: () => {},
    onError: (error) => errors.push(error),
  });
  return {
    jobs,
    pulls: () => pulls,
    hold,
    puts: () => puts,
    async leave() {
      const { kind, subject, parameters } = PULL;
      const job: Job = {
        ...{ id: 'left', kind, subject, parameters, user: 'ada', role: 'admin', state: 'running' },
        ...{ createdAt: 1, startedAt: 1, endedAt: null, result: null, error: null, warnings: [] },
        server: 'gone',
      };
      await metadata.putRecord('jobs', job.id, { ...job } as never);
      return job;
    },
    finish: () => finished.resolve({} as PullResult),
    errors,
  };
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
  hold.before = Promise.reject(AWAY);
  await expect(jobs.start(PULL)).rejects.toThrow('away');
  expect(jobs.running).toBe(0);
});

/** A job that has ended while the database is away, and what was heard of it. */
async function endUnnoted(): Promise<Given & { readonly id: string; readonly heard: unknown[] }> {
  const given = await jobsOfOne();
  const { jobs, pulls, hold, finish, errors } = given;
  const { id } = await jobs.start(PULL);
  await expect.poll(pulls).toBe(1);
  const heard: unknown[] = [];
  jobs.listen(id, (news) => heard.push(news.type === 'job' ? news.job.state : news.type));
  hold.before = Promise.reject(AWAY);
  finish();
  await expect.poll(() => errors).toEqual([AWAY]);
  return { ...given, id, heard };
}

it('a job goes on until its end is noted', async () => {
  const { jobs, hold, id, heard } = await endUnnoted();
  expect((await jobs.get(id))?.state).toBe('running');
  await expect(jobs.remove(id)).rejects.toMatchObject({ code: 'conflict' });
  hold.before = undefined;
  await expect.poll(() => heard, REPEATED).toEqual(['running', 'done', 'stop']);
  expect((await jobs.get(id))?.state).toBe('done');
  expect(jobs.running).toBe(0);
});

it('a server ends, and says so, while the end of a job cannot be noted', async () => {
  const { jobs, errors, heard } = await endUnnoted();
  await jobs.stop();
  expect(errors).toEqual([AWAY, AWAY]);
  expect(heard).toContain('stop');
  expect(jobs.running).toBe(0);
});

it('a job that waits and whose cancel cannot be noted is told no more, and can be cancelled again', async () => {
  const { jobs, pulls, hold } = await jobsOfOne();
  for (let count = 0; count < MOST_AT_ONCE; count += 1) await jobs.start(PULL);
  await expect.poll(pulls).toBe(MOST_AT_ONCE);
  const { id } = await jobs.start(PULL);
  const heard: unknown[] = [];
  jobs.listen(id, (news) => heard.push(news.type));
  hold.before = Promise.reject(AWAY);
  await expect(jobs.cancel(id)).rejects.toThrow('away');
  expect(heard).toEqual(['job', 'stop']);
  hold.before = undefined;
  expect(await jobs.cancel(id)).toMatchObject({ state: 'cancelled' });
});

it('a job that is cancelled while it is being taken up is cancelled', async () => {
  const { jobs, hold, puts, leave } = await jobsOfOne();
  const { id } = await leave();
  const noted = Promise.withResolvers<void>();
  hold.before = noted.promise;
  const taken = jobs.takeUp();
  await expect.poll(puts).toBe(1);
  hold.before = undefined;
  const cancelled = jobs.cancel(id);
  await setImmediate();
  noted.resolve();
  await Promise.all([taken, cancelled]);
  await expect.poll(() => jobs.running).toBe(0);
  expect((await jobs.get(id))?.state).toBe('cancelled');
});
