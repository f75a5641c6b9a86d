import { expect, it } from 'vitest';
import { seeded } from '../../test/seeded.ts';
import { readRange } from './byte-range.ts';

const part = (start: number, end: number): unknown => ({ kind: 'part', start, end });
const WHOLE = { kind: 'whole' };
const BEYOND = { kind: 'unsatisfiable' };

it.each([
  ['bytes=0-0', part(0, 1)],
  ['bytes=0-', part(0, 10)],
  ['bytes=9-9', part(9, 10)],
  ['bytes=0-10', part(0, 10)],
  ['bytes=4-99999999999999999999', part(4, 10)],
  ['bytes=-1', part(9, 10)],
  ['bytes=-10', part(0, 10)],
  ['bytes=-11', part(0, 10)],
  ['Bytes=2-3', part(2, 4)],
  ['bytes= 2-3 ', part(2, 4)],
  ['bytes=10-', BEYOND],
  ['bytes=10-12', BEYOND],
  ['bytes=99999999999999999999-', BEYOND],
  ['bytes=-0', BEYOND],
  ['bytes=3-2', WHOLE],
  ['bytes=0-1,3-4', WHOLE],
  ['bytes=', WHOLE],
  ['bytes=-', WHOLE],
  ['bytes=a-b', WHOLE],
  ['bytes=0x0-1', WHOLE],
  ['bytes=1.5-2', WHOLE],
  ['bytes=--1', WHOLE],
  ['items=0-1', WHOLE],
  ['0-1', WHOLE],
  ['', WHOLE],
  [undefined, WHOLE],
])('%s of ten bytes', (header, expected) => {
  expect(readRange(header, 10)).toEqual(expected);
});

it.each(['bytes=0-0', 'bytes=0-', 'bytes=-1', 'bytes=5-9'])(
  '%s of no bytes is all of them',
  (header) => {
    expect(readRange(header, 0)).toEqual(WHOLE);
  },
);

/** The bytes that a range names, found one by one. */
function model(
  first: number | undefined,
  last: number | undefined,
  size: number,
): number[] | 'all' {
  if (first !== undefined && last !== undefined && last < first) return 'all';
  const bytes = Array.from({ length: size }, (_, at) => at);
  if (first === undefined)
    return last === undefined ? 'all' : bytes.slice(last === 0 ? size : -last);
  return bytes.filter((at) => at >= first && at <= (last ?? size));
}

it('agrees with a model that looks at each byte', () => {
  const random = seeded();
  for (let round = 0; round < 5_000; round += 1) {
    const size = 1 + random.next(12);
    const number = (): number | undefined => (random.next(4) === 0 ? undefined : random.next(15));
    const first = number();
    const last = number();
    const header = `bytes=${first ?? ''}-${last ?? ''}`;
    const range = readRange(header, size);
    const bytes =
      range.kind === 'whole'
        ? 'all'
        : range.kind === 'unsatisfiable'
          ? []
          : Array.from({ length: range.end - range.start }, (_, at) => range.start + at);
    expect(bytes, `SEED=${random.seed} ${header} of ${size}`).toEqual(model(first, last, size));
  }
});

it('reads a header of any length at once', () => {
  const bomb = `bytes=${'0-0,'.repeat(100_000)}`;
  expect(readRange(bomb, 10)).toEqual(WHOLE);
  expect(readRange(`bytes=${'9'.repeat(100_000)}-`, 10)).toEqual(BEYOND);
  expect(readRange(`bytes=${' '.repeat(100_000)}x`, 10)).toEqual(WHOLE);
});
