import { expect, it } from 'vitest';
import type { Job } from '../jobs/job.ts';
import type { IndexedModel } from '../models/model-index.ts';
import { agesOf, slicesOf } from './breakdown.ts';
import { createFlightSpeeds } from './flight-speeds.ts';
import { diskWarning, quotaWarning, tokenWarnings, verificationWarning } from './warnings.ts';

const DAY = 86_400_000;
const NOW = 1_800_000_000_000;
const GIB = 1024 ** 3;

function model(key: string, sizeInBytes: number, usedDaysAgo?: number): IndexedModel {
  const lastUsed = usedDaysAgo === undefined ? {} : { lastUsed: NOW - usedDaysAgo * DAY };
  return { model: { key, sizeInBytes, ...lastUsed }, library: 'x' } as unknown as IndexedModel;
}

it('cuts what is stored into the largest parts and the rest', () => {
  const models = [model('a', 1), model('b', 10), model('c', 100), model('d', 1000)];
  expect(slicesOf(models, (one) => one.model.key, 2)).toEqual([
    { name: 'd', count: 1, sizeInBytes: 1000 },
    { name: 'c', count: 1, sizeInBytes: 100 },
    { name: null, count: 2, sizeInBytes: 11 },
  ]);
  expect(slicesOf(models, () => 'x', 2)).toEqual([{ name: 'x', count: 4, sizeInBytes: 1111 }]);
});

it('tells how long ago models were used', () => {
  const models = [0, 0.9, 1, 6, 8, 40, 100, 400].map((days) => model(String(days), 1, days));
  const ages = agesOf([...models, model('never', 5)], NOW);
  expect(ages.map(({ name, count }) => [name, count])).toEqual([
    ['today', 2],
    ['week', 2],
    ['month', 1],
    ['quarter', 1],
    ['year', 1],
    ['older', 1],
    ['never', 1],
  ]);
});

it('warns of a disk that fills up: by its share, and by what is left of it', () => {
  const severity = (freeBytes: number, totalBytes: number): string | undefined =>
    diskWarning({ freeBytes, totalBytes } as never)?.severity;
  expect(severity(60 * GIB, 100 * GIB)).toBeUndefined();
  expect(severity(9 * GIB, 100 * GIB)).toBe('warning');
  expect(severity(400 * GIB, 5000 * GIB)).toBeUndefined();
  expect(severity(1 * GIB, 100 * GIB)).toBe('error');
  expect(severity(GIB / 2, 2 * GIB)).toBe('error');
  expect(diskWarning({} as never)).toBeUndefined();
});

it('warns of a quota that is nearly used, where nothing is evicted', () => {
  const severity = (blobBytes: number, quotaBytes?: number, evicts = false): string | undefined =>
    quotaWarning({ blobBytes, quotaBytes, evicts } as never)?.severity;
  expect(severity(89, 100)).toBeUndefined();
  expect(severity(95, 100)).toBe('warning');
  expect(severity(100, 100)).toBe('error');
  expect(severity(100, 100, true)).toBeUndefined();
  expect(severity(100)).toBeUndefined();
});

it('warns of what a verification found and nobody repaired', () => {
  const job = (...repaired: boolean[]): Job =>
    ({
      id: 'j',
      endedAt: 5,
      result: { problems: repaired.map((is) => ({ repaired: is })) },
    }) as never;
  expect(verificationWarning(undefined)).toBeUndefined();
  expect(verificationWarning(job(true))).toBeUndefined();
  expect(verificationWarning(job(false, true, false))).toMatchObject({
    severity: 'error',
    subject: 'j',
    since: 5,
    message: expect.stringContaining('2 problems') as string,
  });
});

it('warns of tokens that expire, or have of late', () => {
  const token = (days: number | null) => ({
    id: String(days),
    user: 'uma',
    label: null,
    createdAt: 0,
    expiresAt: days === null ? null : NOW + days * DAY,
    lastUsed: null,
  });
  const tokens = [null, 100, 10, -1, -100].map(token);
  expect(tokenWarnings(tokens, NOW).map(({ subject, severity }) => [subject, severity])).toEqual([
    ['10', 'info'],
    ['-1', 'warning'],
  ]);
});

it('tells the speed of a flight: its average first, then that of the last seconds', () => {
  let now = NOW;
  const speeds = createFlightSpeeds(() => now);
  const flight = { modelId: 'a', path: 'b', totalBytes: 9999, startedAt: NOW - 2000 };
  const measure = (doneBytes: number): number | undefined =>
    speeds.measure([{ ...flight, doneBytes, receivedBytes: 200 }])[0]?.bytesPerSecond;
  expect(measure(5000)).toBe(100);
  now += 1000;
  expect(measure(5700)).toBe(700);
  expect(speeds.measure([])).toEqual([]);
});
