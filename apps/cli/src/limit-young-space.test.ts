import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** Lets objects live for a while, as those of requests under way do, and tells how large the space for them became. */
const PROGRAM = `
  import { setImmediate as turn } from 'node:timers/promises';
  import { getHeapSpaceStatistics } from 'node:v8';
  import { limitYoungSpace } from ${JSON.stringify(new URL('./limit-young-space.ts', import.meta.url))};
  if (process.env.LIMIT === 'yes') limitYoungSpace();
  const living = [];
  for (let round = 0; round < 1000; round += 1) {
    living[round % 64] = Array.from({ length: 1000 }, (_, index) => ({ index, list: [index] }));
    await turn();
  }
  const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
  console.log(young.space_size / 2 ** 20);
`;

async function youngMebibytes(limit: 'yes' | 'no'): Promise<number> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--max-semi-space-size=32', '--input-type=module', '--eval', PROGRAM],
    { env: { LIMIT: limit } },
  );
  return Number(stdout);
}

it('keeps the space for young objects small in a process that runs for long', async () => {
  // By itself it grows to all it may have. While V8 marks, it goes beyond what it was given, for a while.
  const free = await youngMebibytes('no');
  expect(free).toBeGreaterThan(40);
  expect(await youngMebibytes('yes')).toBeLessThanOrEqual(free / 2);
}, 60_000);
