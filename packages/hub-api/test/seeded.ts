/** Numbers that are the same for the same seed. `SEED=n` replays a run. */
export interface Seeded {
  readonly seed: number;
  /** A whole number from 0 to `below - 1`. */
  next(below: number): number;
  pick<T>(from: readonly T[]): T;
}

/** A generator (mulberry32) whose seed is `SEED`, or is drawn and printed by the test that fails. */
export function seeded(): Seeded {
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  let state = seed;
  const next = (below: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
  return {
    seed,
    next,
    pick(from) {
      const found = from[next(from.length)];
      if (found === undefined) throw new Error('nothing to pick from');
      return found;
    },
  };
}
