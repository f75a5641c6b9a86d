import { expect, it } from 'vitest';
import { gigabytesOf, gigabytesText } from './space-fields.ts';

it.each([
  ['500', 500e9],
  [' 1.5 ', 1.5e9],
  ['0,25', 250e6],
  ['0', 0],
  ['', undefined],
  ['lots', undefined],
  ['-1', undefined],
  ['1e9', undefined],
])('reads %j', (text, bytes) => expect(gigabytesOf(text)).toBe(bytes));

it('gives what it would read', () => {
  expect(gigabytesText(null)).toBe('');
  expect(gigabytesText(2 ** 30)).toBe('1.074');
  expect(gigabytesOf(gigabytesText(500e9))).toBe(500e9);
});
