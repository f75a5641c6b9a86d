import { isModelkeepError } from '@modelkeep/core/spi';
import { seededRandom } from '@modelkeep/testkit/memory';
import { describe, expect, it } from 'vitest';
import { mutate, seedArchives } from '../test/mutate.ts';
import { readAll } from '../test/read-all.ts';

const MUTANTS = Number(process.env['MODELKEEP_FUZZ_MUTANTS'] ?? 5000);
const SEED = Number(process.env['MODELKEEP_FUZZ_SEED'] ?? 20_261_123);

describe('mutants of valid archives', () => {
  it('are the same archive as ever, or archive-invalid', async () => {
    const seeds = seedArchives();
    for (const seed of seeds) expect((await readAll(seed)).length).toBeGreaterThan(0);
    const outcomes = { accepted: 0, refused: 0 };
    for (let round = 0; round < MUTANTS; round += 1) {
      const random = seededRandom(SEED + round);
      const mutant = mutate(seeds[round % seeds.length] as Buffer, random);
      const chunkSize = random() < 0.5 ? 1 << 20 : 1 + Math.floor(random() * 700);
      try {
        await readAll(mutant, 'tar', chunkSize);
        outcomes.accepted += 1;
      } catch (error) {
        if (!isModelkeepError(error, 'archive-invalid')) {
          throw new Error(`MODELKEEP_FUZZ_SEED=${SEED + round}`, { cause: error });
        }
        outcomes.refused += 1;
      }
    }
    // Both happen often, or the mutations are of no use.
    expect(outcomes.accepted).toBeGreaterThan(MUTANTS / 50);
    expect(outcomes.refused).toBeGreaterThan(MUTANTS / 4);
  }, 600_000);
});
