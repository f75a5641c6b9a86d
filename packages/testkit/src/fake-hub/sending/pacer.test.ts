import { expect, it } from 'vitest';
import { nextTurn, pieceBytes } from './pacer.ts';

const RATE = 50_000_000;

/** When each of `count` pieces goes out if every wait is `late` ms too long. */
function schedule(count: number, bytes: number, late: number): number[] {
  const times: number[] = [];
  let now = 1000;
  let freeAt = 0;
  for (let n = 0; n < count; n += 1) {
    const turn = nextTurn(freeAt, now, bytes, RATE);
    freeAt = turn.freeAt;
    if (turn.waitMs > 0) now += turn.waitMs + late;
    times.push(now);
  }
  return times;
}

it.each([0, 1, 25])('keeps the rate when timers are %i ms late', (late) => {
  const times = schedule(1001, 500_000, late);
  const ms = (times.at(-1) ?? 0) - (times[0] ?? 0);
  expect(Math.abs(ms - 10_000)).toBeLessThan(60);
});

it('saves nothing while a connection is idle', () => {
  const busy = nextTurn(0, 1000, RATE, RATE);
  const afterIdle = nextTurn(busy.freeAt, 60_000, RATE, RATE);
  expect(afterIdle.freeAt).toBeGreaterThan(60_900);
});

it('writes in pieces of ten milliseconds, neither tiny nor huge', () => {
  expect(pieceBytes(10_000_000)).toBe(100_000);
  expect(pieceBytes(1000)).toBe(4096);
  expect(pieceBytes(10e9)).toBe(pieceBytes(undefined));
});
