import { expect, it } from 'vitest';
import { parseSize } from './size.ts';

it.each([
  ['1 B', 1],
  ['200 GB', 200e9],
  ['1.5TB', 1.5e12],
  ['64 MiB', 64 * 1024 ** 2],
  ['2 gib', 2 * 1024 ** 3],
])('%s', (text, bytes) => expect(parseSize(text)).toBe(bytes));

it.each(['', '12', 'GB', '-1 GB', '0 GB', '1 XB', '1e3 GB', '99999999 PB'])(
  'is no size: %s',
  (text) => expect(parseSize(text)).toBeUndefined(),
);
