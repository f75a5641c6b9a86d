import { createHash, randomInt } from 'node:crypto';

/** The seed of this run: `SEED` to replay one, else a new one. Printed, so that a failure can be replayed. */
export function chooseSeed(suite: string): number {
  const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31));
  process.stdout.write(`${suite}: SEED=${seed}\n`);
  return seed;
}

/** Numbers that are the same for the same seed. */
export interface Dice {
  /** From 0, below 1. */
  number(): number;
  /** A whole number from 0, below `end`. */
  below(end: number): number;
  pick<T>(items: readonly T[]): T;
}

export function dice(seed: number | string): Dice {
  let count = 0;
  const number = (): number => {
    count += 1;
    return createHash('sha256').update(`${seed}/${count}`).digest().readUInt32BE() / 2 ** 32;
  };
  const below = (end: number): number => Math.floor(number() * end);
  return {
    number,
    below,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('there is nothing to pick from');
      return item;
    },
  };
}
