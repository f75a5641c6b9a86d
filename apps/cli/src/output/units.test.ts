import { expect, it } from 'vitest';
import { formatAge, formatBytes, formatCount, formatDuration } from './units.ts';

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.00 kB'],
  [9_994, '9.99 kB'],
  [12_345, '12.3 kB'],
  [999_499, '999 kB'],
  [999_500, '1.00 MB'],
  [90_900_000, '90.9 MB'],
  [1_500_000_000_000, '1.50 TB'],
  [5e18, '5000 PB'],
])('%i bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

const DAY = 86_400_000;
it.each([
  [-5, 'just now'],
  [59_999, 'just now'],
  [60_000, '1 min ago'],
  [3 * 3_600_000, '3 h ago'],
  [DAY, '1 day ago'],
  [59 * DAY, '59 days ago'],
  [61 * DAY, '2 months ago'],
  [800 * DAY, '2 years ago'],
])('an age of %i ms is %s', (age, text) => {
  expect(formatAge(1e12 - age, 1e12)).toBe(text);
});

it.each([
  [400, '0 s'],
  [59_000, '59 s'],
  [61_000, '1 min 01 s'],
  [3_900_000, '1 h 05 min'],
])('%i ms are %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

it('counts in singular and plural', () => {
  expect([0, 1, 2].map((count) => formatCount(count, 'file'))).toEqual([
    '0 files',
    '1 file',
    '2 files',
  ]);
});
