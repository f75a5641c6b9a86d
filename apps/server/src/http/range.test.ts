import { expect, it } from 'vitest';
import { parseRange } from './range.ts';

it.each([
  ['bytes=0-0', 100, { start: 0, end: 1 }],
  ['bytes=10-', 100, { start: 10, end: 100 }],
  ['bytes=10-500', 100, { start: 10, end: 100 }],
  ['bytes=-30', 100, { start: 70, end: 100 }],
  ['bytes=-300', 100, { start: 0, end: 100 }],
  ['bytes=100-', 100, 'beyond'],
  ['bytes=-0', 100, 'beyond'],
  ['bytes=9-5', 100, undefined],
  ['bytes=-', 100, undefined],
  ['bytes=0-1,5-6', 100, undefined],
  ['items=0-1', 100, undefined],
  ['bytes=99999999999999999999-', 100, undefined],
  ['bytes=0-1', undefined, undefined],
])('%s of %s is %j', (header, size, expected) => {
  expect(parseRange(header, size)).toEqual(expected);
});
