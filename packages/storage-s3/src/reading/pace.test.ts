import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Pace } from './pace.ts';

const MIB = 1024 * 1024;

beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => vi.useRealTimers());

/** `mebibytes` that came in `waitedMs`, and that the reader took `readMs` for. */
function paceOf(mebibytes: number, waitedMs: number, readMs: number): Pace {
  const pace = new Pace();
  vi.advanceTimersByTime(waitedMs);
  pace.note(mebibytes * MIB, waitedMs);
  vi.advanceTimersByTime(readMs);
  return pace;
}

it('takes a store for slow that is waited for', () => {
  expect(paceOf(8, 1000, 10).isSlow).toBe(true);
  expect(paceOf(8, 10, 0).isSlow).toBe(false);
});

it('does not take a store for slow whose reader is slower', () => {
  expect(paceOf(8, 1000, 2000).isSlow).toBe(false);
});

it('says nothing of a store after a few bytes', () => {
  expect(paceOf(0.5, 1000, 10).isSlow).toBe(false);
});

it('tells how much is read in a while, by whoever is slower', () => {
  expect(paceOf(8, 100, 0).bytesIn(1000)).toBe(80 * MIB);
  expect(paceOf(8, 100, 300).bytesIn(1000)).toBe(20 * MIB);
});

it('sees that a store becomes slow after a long time', () => {
  const pace = new Pace();
  const second = (mebibytes: number): void => {
    vi.advanceTimersByTime(1000);
    pace.note(mebibytes * MIB, 1000);
  };
  for (let time = 0; time < 100; time += 1) second(1000);
  expect(pace.isSlow).toBe(false);
  for (let time = 0; time < 10; time += 1) second(50);
  expect(pace.isSlow).toBe(true);
});
