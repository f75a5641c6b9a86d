import { expect, it } from 'vitest';
import { readTarget } from './read-target.ts';

function texts(target: string): unknown {
  return readTarget(target).segments.map(({ text }) => text);
}

it.each([
  ['/', []],
  ['/a', ['a']],
  ['/a/', ['a']],
  ['/a/b%20c?x=/../', ['a', 'b c']],
  ['/a%2Fb', ['a/b']],
  ['/%C3%A9', ['é']],
  ['/Ã©', ['é']],
  ['/e%CC%81', ['e\u0301']],
  ['/100%', ['100%']],
  ['/100%zz%20', ['100%zz%20']],
  ['/%252e%252e', ['%2e%2e']],
  ['/...', ['...']],
  ['/a+b;c=1', ['a+b;c=1']],
  ['/%EF%BC%8E%EF%BC%8E', ['\uff0e\uff0e']],
  ['http://host:1/a/b', ['a', 'b']],
  ['HTTPS://u:p@host?x', undefined],
])('%s', (target, expected) => {
  if (expected === undefined) expect(() => readTarget(target)).toThrow();
  else expect(texts(target)).toEqual(expected);
});

it.each([
  '',
  'a',
  '*',
  '//a',
  '/a//b',
  '/a//',
  '/..',
  '/a/../b',
  '/./a',
  '/%2e%2E/a',
  '/a%2f..%2fb',
  '/a%2f%2fb',
  '/%2fa',
  '/a%2f',
  '/a\\b',
  '/a%5cb',
  '/%00',
  '/a%0ab',
  '/a\tb',
  '/a b',
  '/a#b',
  '/%ff',
  '/%c0%ae',
  '/%ed%a0%80',
  '/\u00ff',
  '/\u4e2d',
])('refuses %j', (target) => {
  expect(() => readTarget(target)).toThrow(expect.objectContaining({ status: 400 }));
});

it('refuses what is too long, and reads what is long in no time', () => {
  expect(() => readTarget(`/${'a'.repeat(16_384)}`)).toThrow(
    expect.objectContaining({ status: 414 }),
  );
  expect(texts(`/${'a/'.repeat(8_000)}`)).toHaveLength(8_000);
});
