import { expect, it } from 'vitest';
import { formatAgo, formatDuration } from './time.ts';

const NOW = Date.UTC(2026, 10, 26, 12);
const MINUTE = 60_000;
const DAY = 86_400_000;

it.each([
  [0, 'just now'],
  [-59_000, 'just now'],
  [30_000, 'in a moment'],
  [-MINUTE, '1 minute ago'],
  [-26 * 60 * MINUTE, 'yesterday'],
  [-6 * DAY, '6 days ago'],
  [-20 * DAY, '2 weeks ago'],
  [-90 * DAY, '3 months ago'],
  [-800 * DAY, '2 years ago'],
  [20 * DAY, 'in 2 weeks'],
])('tells %d ms from now as %s', (difference, text) => {
  expect(formatAgo(NOW + difference, NOW)).toBe(text);
});

it.each([
  [0.4, '0 s'],
  [59, '59 s'],
  [61, '1 min 1 s'],
  [1800, '30 min'],
  [7500, '2 h 5 min'],
  [200_000, '2 days'],
])('tells %d seconds as %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});
