import { expect, it } from 'vitest';
import type { Job } from '../api/types.ts';
import { jobShare, jobTitle } from './job-facts.ts';
import { resultLine } from './job-result.ts';

const DONE: Job = {
  id: 'x',
  kind: 'pull',
  subject: 'org/name',
  user: 'ada',
  state: 'done',
  createdAt: 0,
  startedAt: 0,
  endedAt: 1,
  parameters: {},
  result: null,
  error: null,
  warnings: [],
  progress: null,
};

it.each<[Partial<Job>, string]>([
  [{ result: { fetchedBytes: 91_600_000, fetchedFiles: 13 } }, '91.6 MB fetched in 13 files.'],
  [{ result: { fetchedBytes: 0, fetchedFiles: 0 } }, 'Everything was here already.'],
  [
    { kind: 'import', result: { modelId: 'org/name', addedBytes: 1000, addedFiles: 1 } },
    'org/name: 1.00 kB added in 1 file.',
  ],
  [
    { kind: 'delete', result: { removed: [1, 2], failed: [3], freedBytes: 12_000_000 } },
    '2 models deleted, 12.0 MB freed. 1 model could not be deleted.',
  ],
  [
    {
      kind: 'verify',
      result: {
        checkedFiles: 2,
        checkedBytes: 2000,
        problems: [{ repaired: true }, { repaired: false }],
      },
    },
    '2 files checked (2.00 kB), 1 problem repaired: 1 problem.',
  ],
  [
    {
      kind: 'gc',
      parameters: { dryRun: true },
      result: { blobs: { bytes: 5 }, partials: { bytes: 3 } },
    },
    '8 B would be freed.',
  ],
  [
    {
      kind: 'evict',
      result: { freedBytes: 12_000_000, choices: [{ evicted: true }, { evicted: false }] },
    },
    '1 model removed, 12.0 MB freed.',
  ],
  [
    { kind: 'evict', result: { dryRun: true, freedBytes: 0, choices: [] } },
    '0 models would go, 0 B would be freed.',
  ],
  [{ state: 'failed', error: { code: 'offline', message: 'no way', details: {} } }, 'no way'],
  // What another version of the server may say.
  [{ result: 'odd' }, 'Everything was here already.'],
  [{ kind: 'delete', result: null }, '0 models deleted, 0 B freed.'],
])('tells what came of %j', (changed, line) => {
  expect(resultLine({ ...DONE, ...changed })).toBe(line);
});

it('tells what a job does', () => {
  expect(jobTitle(DONE)).toBe('Pull org/name');
  expect(jobTitle({ ...DONE, kind: 'verify', subject: '' })).toBe('Verify all models');
  const models = ['hf@a/b', 'hf@c/d'];
  const many = {
    ...DONE,
    kind: 'delete',
    subject: 'hf@a/b, hf@c/d',
    parameters: { models },
  } as const;
  expect(jobTitle(many)).toBe('Delete 2 models');
});

it('tells how far a job is only where that can be known', () => {
  const progress = {
    doneBytes: 5,
    doneFiles: 1,
    active: [],
    bytesPerSecond: null,
    secondsLeft: null,
  };
  expect(jobShare({ progress: null })).toBeUndefined();
  expect(jobShare({ progress })).toBeUndefined();
  expect(jobShare({ progress: { ...progress, totalBytes: 10 } })).toBe(0.5);
  expect(jobShare({ progress: { ...progress, totalBytes: 4 } })).toBe(1);
  expect(jobShare({ progress: { ...progress, totalBytes: 0, totalFiles: 4 } })).toBe(0.25);
});
