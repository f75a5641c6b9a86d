import { expect, it } from 'vitest';
import { parseBytes } from './bytes.ts';

it.each([
  ['0', 0],
  ['1000', 1000],
  ['12 B', 12],
  ['1kB', 1000],
  ['500GB', 500e9],
  ['500 gb', 500e9],
  ['2T', 2e12],
  ['1.5TB', 1.5e12],
  ['512GiB', 512 * 1024 ** 3],
  ['1Ki', 1024],
])('reads %s', (text, bytes) => expect(parseBytes(text)).toBe(bytes));

it.each(['', 'GB', '-1', '1e9', '10%', '5 XB', '1,5GB', '99999999PB'])('refuses %j', (text) =>
  expect(parseBytes(text)).toBeUndefined(),
);
