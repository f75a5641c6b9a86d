import { expect, test } from 'vitest';
import { collectBytes, gitOidOf, sha256Of } from './bytes.ts';
import { seededBytes, seededRandom, seededStream, shuffled } from './seeded.ts';

test('the same seed gives the same bytes, for ever', () => {
  expect(sha256Of(seededBytes('a', 1000))).toBe(sha256Of(seededBytes('a', 1000)));
  expect(sha256Of(seededBytes('a', 16))).toBe(
    '9c24da813178f1ba5f20cd9020115a9d73722463931a6be524f0faf9a8c873ac',
  );
  expect(seededBytes('b', 16)).not.toEqual(seededBytes('a', 16));
});

test('a stream, and a part of it, are the same bytes', async () => {
  const whole = seededBytes(7, 100_000);
  expect(Buffer.compare(await collectBytes(seededStream(7, 100_000, 4096)), whole)).toBe(0);
  expect(seededBytes(7, 100, 4096)).toEqual(whole.subarray(4096, 4196));
});

test('the same seed gives the same numbers and orders', () => {
  const numbers = (seed: number): number[] => Array.from({ length: 50 }, seededRandom(seed));
  expect(numbers(1)).toEqual(numbers(1));
  expect(numbers(1)).not.toEqual(numbers(2));
  expect(numbers(3).every((number) => number >= 0 && number < 1)).toBe(true);
  const items = numbers(4);
  expect(shuffled(items, seededRandom(5))).not.toEqual(items);
  expect(shuffled(items, seededRandom(5)).sort()).toEqual(items.sort());
});

test('digests are those of sha256 and git', () => {
  expect(sha256Of('')).toMatch(/^e3b0c44298fc1c14/);
  expect(gitOidOf(new Uint8Array())).toBe('e69de29bb2d1d6434b8b29ae775ad8c2e48c5391');
});
