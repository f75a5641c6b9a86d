import { seededRandom } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { sortKey } from './tables.ts';

it('sorts by UTF-8 bytes as the text sorts by code unit', () => {
  const random = seededRandom(1);
  const letters = ['a', 'z', 'é', '\uD7FF', '\uE000', '\uFFFD', '\u{10000}', '\u{1F600}'];
  const words = Array.from({ length: 300 }, () =>
    Array.from({ length: 3 }, () => letters[Math.floor(random() * letters.length)]).join(''),
  );
  const byBytes = [...words].sort((a, b) =>
    Buffer.compare(Buffer.from(sortKey(a)), Buffer.from(sortKey(b))),
  );
  expect(byBytes).toEqual([...words].sort());
});
