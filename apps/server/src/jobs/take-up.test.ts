import type { ModelCache, PullResult } from '@modelkeep/core';
import { memoryMetadata } from '@modelkeep/testkit/memory';
import { afterEach, expect, it, vi } from 'vitest';
import { createPresence } from '../store/presence.ts';
import { createUploadServer } from '../uploads/upload-server.ts';
import { createJobs, type Jobs, type NewJob } from './jobs.ts';

const PULL: NewJob = {
  kind: 'pull',
  subject: 'org/name',
  user: { name: 'ada', role: 'admin' },
  parameters: { model: 'org/name' },
};
/** Longer than a server that is killed counts as alive. */
const LATER_MS = 30_000;

interface Node extends AsyncDisposable {
  readonly jobs: Jobs;
  readonly pulls: () => number;
  /** As after kill -9: its leases run out. */
  kill(): void;
}

afterEach(() => void vi.useRealTimers());

/** Servers that share a store. Pulls of those that are not `fast` go on for ever. */
async function fleet(): Promise<(fast: boolean) => Promise<Node>> {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
  const metadata = memoryMetadata();
  await metadata.open();
  return async (fast) => {
    let pulls = 0;
    let isDead = false;
    const cache: Pick<ModelCache, 'pullModel'> = {
      pullModel: () => {
        pulls += 1;
        return fast ? Promise.resolve({} as PullResult) : new Promise(() => {});
      },
    };
    const leases: typeof metadata = {
      ...metadata,
      renewLeases: (request) => (isDead ? Promise.resolve([]) : metadata.renewLeases(request)),
      acquireLeases: (keys, request) =>
        isDead ? Promise.resolve([]) : metadata.acquireLeases(keys, request),
    };
    const presence = createPresence(leases, () => {
      if (!isDead) void jobs.takeUp();
    });
    const jobs = createJobs({
      cache: cache as ModelCache,
      records: metadata,
      uploads: createUploadServer(undefined),
      server: presence,
      onEnd: () => {},
      onError: (error) => {
        throw error;
      },
    });
    await presence.begin();
    await jobs.takeUp();
    return {
      jobs,
      pulls: () => pulls,
      kill() {
        isDead = true;
      },
      [Symbol.asyncDispose]: () => presence[Symbol.asyncDispose](),
    };
  };
}

it('a job of a server that was killed is done by one of the others, and by a server that had started too early to know', async () => {
  const start = await fleet();
  await using killed = await start(false);
  const { id } = await killed.jobs.start(PULL);
  await using one = await start(true);
  killed.kill();
  await using two = await start(true);
  expect(one.pulls() + two.pulls()).toBe(0);
  await vi.advanceTimersByTimeAsync(LATER_MS);
  await expect.poll(async () => (await one.jobs.get(id))?.state).toBe('done');
  expect(one.pulls() + two.pulls()).toBe(1);
});

it('a job of a server that lives stays there', async () => {
  const start = await fleet();
  await using slow = await start(false);
  const { id } = await slow.jobs.start(PULL);
  await using other = await start(true);
  await vi.advanceTimersByTimeAsync(LATER_MS);
  await other.jobs.takeUp();
  expect(other.pulls()).toBe(0);
  expect((await other.jobs.get(id))?.state).toBe('running');
});

it('two servers that look at the same moment do it once', async () => {
  const start = await fleet();
  await using killed = await start(false);
  const { id } = await killed.jobs.start(PULL);
  await using one = await start(true);
  await using two = await start(true);
  killed.kill();
  vi.setSystemTime(Date.now() + LATER_MS);
  await Promise.all([one.jobs.takeUp(), two.jobs.takeUp()]);
  await expect.poll(async () => (await one.jobs.get(id))?.state).toBe('done');
  expect(one.pulls() + two.pulls()).toBe(1);
});
