import { expect, it } from 'vitest';
import { formatBytes, formatRate } from './bytes.ts';

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.00 kB'],
  [12_345, '12.3 kB'],
  [91_400_000, '91.4 MB'],
  [999_499, '999 kB'],
  [999_500, '1.00 MB'],
  [1_500_000_000_000, '1.50 TB'],
  [5e18, '5000 PB'],
])('tells %d bytes as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

it('tells a speed', () => {
  expect(formatRate(1_250_000)).toBe('1.25 MB/s');
});
