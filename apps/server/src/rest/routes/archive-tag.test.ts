import { expect, it } from 'vitest';
import { readTag, writeTag } from './archive-tag.ts';

const identity = 'a'.repeat(64);

it.each([
  { at: null, by: null },
  { at: 1_700_000_000_000, by: 'ada "the" Ä' },
])('carries the last use %j', (lastUse) => {
  const tag = writeTag({ identity, lastUse });
  expect(tag).toMatch(/^"[\x21\x23-\x7e]+"$/);
  expect(readTag(tag)).toEqual({ identity, lastUse });
});

it.each([
  undefined,
  '',
  '*',
  `"${identity}"`,
  `W/"${identity}.W10"`,
  `"${identity}.e30"`,
  `"${identity}.WyJ4IiwieCJd"`,
  `"${identity}.!!"`,
  `"${identity}.${'A'.repeat(5000)}"`,
])('knows that %s is none of its own', (text) => {
  expect(readTag(text)).toBeUndefined();
});
