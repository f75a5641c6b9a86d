import { describe, expect, it } from 'vitest';
import { ChunkPlanner } from './chunk-planner.ts';
import { RangeMap } from './range-map.ts';

const SIZE = 64;

/** Small seeded generator, so that a failure can be replayed. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

describe('RangeMap', () => {
  it('agrees with a plain list of bytes, whatever is added', () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const random = generator(seed);
      const map = new RangeMap();
      const bytes = new Array<boolean>(SIZE).fill(false);
      for (let step = 0; step < 12; step += 1) {
        const start = Math.floor(random() * SIZE);
        const end = Math.min(SIZE, start + Math.floor(random() * 16));
        map.add(start, end);
        bytes.fill(true, start, end);
        const position = Math.floor(random() * SIZE);
        const found = {
          bytes: map.bytes,
          end: map.contiguousEnd(position),
          gap: map.firstGap(position, SIZE),
        };
        const after = bytes.indexOf(false, position);
        const gapStart = after < 0 ? undefined : after;
        const gapEnd = gapStart === undefined ? -1 : bytes.indexOf(true, gapStart);
        expect(found, `seed ${seed}`).toEqual({
          bytes: bytes.filter(Boolean).length,
          end: after < 0 ? SIZE : after,
          gap:
            gapStart === undefined
              ? undefined
              : { start: gapStart, end: gapEnd < 0 ? SIZE : gapEnd },
        });
      }
    }
  });

  it('joins neighbours', () => {
    expect(
      new RangeMap([
        { start: 0, end: 4 },
        { start: 8, end: 12 },
        { start: 4, end: 8 },
      ]).toArray(),
    ).toEqual([{ start: 0, end: 12 }]);
  });
});

describe('ChunkPlanner', () => {
  it('hands out every missing byte once, in order', () => {
    const planner = new ChunkPlanner(10, new RangeMap([{ start: 3, end: 5 }]));
    expect(planner.openBytes).toBe(8);
    expect([
      planner.take(2),
      planner.take(2),
      planner.take(4),
      planner.take(9),
      planner.take(1),
    ]).toEqual([
      { start: 0, end: 2 },
      { start: 2, end: 3 },
      { start: 5, end: 9 },
      { start: 9, end: 10 },
      undefined,
    ]);
  });

  it('serves first what a reader waits for', () => {
    const planner = new ChunkPlanner(100, new RangeMap());
    planner.take(10);
    planner.want(50);
    planner.want(5);
    expect([planner.take(10), planner.take(10)]).toEqual([
      { start: 50, end: 60 },
      { start: 10, end: 20 },
    ]);
  });

  it('takes back what did not arrive', () => {
    const planner = new ChunkPlanner(100, new RangeMap());
    planner.take(40);
    planner.giveBack({ start: 15, end: 40 });
    expect(planner.openBytes).toBe(85);
    expect(planner.take(100)).toEqual({ start: 15, end: 100 });
  });
});
