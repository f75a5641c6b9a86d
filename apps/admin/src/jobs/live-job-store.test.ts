import { expect, it } from 'vitest';
import type { Job } from '../api/types.ts';
import { liveJobs } from './live-job-store.ts';

const QUEUED: Job = {
  id: 'x',
  kind: 'pull',
  subject: 'org/name',
  user: 'ada',
  state: 'queued',
  createdAt: 0,
  startedAt: null,
  endedAt: null,
  parameters: {},
  result: null,
  error: null,
  warnings: [],
  progress: null,
};
const DONE: Job = { ...QUEUED, state: 'done', startedAt: 1, endedAt: 2 };

it('a job that has ended stays so, also if the answer that it began comes later', () => {
  const ended: string[] = [];
  const stop = liveJobs.onEnd(({ id }) => ended.push(id));
  liveJobs.update(DONE);
  liveJobs.update(QUEUED);
  liveJobs.update(DONE);
  expect(liveJobs.snapshot.get('x')).toBe(DONE);
  expect(ended).toEqual(['x']);
  stop();
});
