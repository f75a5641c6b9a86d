import { expect, it } from 'vitest';
import { readCredentials } from './credentials.ts';

const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;

it.each([
  [undefined, 'none'],
  ['', 'none'],
  ['Bearer hf_a', { token: 'hf_a' }],
  ['bearer  hf_a ', { token: 'hf_a' }],
  [basic('ada:hf_a'), { token: 'hf_a' }],
  [basic('ada:hf:a'), { token: 'hf:a' }],
  [basic('ada:'), 'none'],
  [basic('ada'), 'malformed'],
  ['Bearer', 'malformed'],
  ['Bearer ', 'malformed'],
  ['Digest x', 'malformed'],
])('reads %s', (header, expected) => {
  expect(readCredentials(header)).toEqual(expected);
});
