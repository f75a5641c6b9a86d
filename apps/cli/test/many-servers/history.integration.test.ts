import { requires } from '@modelkeep/test-requirements';
import { expect, it } from 'vitest';
import { chooseSeed } from '../support/seeded.ts';
import { leaksOf, openLane, runHistory } from './run-history.ts';

requires('faketime', 'postgresql', 'versitygw');

const MINUTE = 60_000;
const RUNS = Number(process.env['RUNS'] ?? 60);
const first = chooseSeed('histories of three servers');

interface Summary {
  runs: number;
  reads: number;
  acknowledged: number;
  collections: number;
}

/** Every other run is one of this lane's. */
async function runLane(lane: 0 | 1): Promise<Summary> {
  await using opened = await openLane(lane === 1);
  const summary: Summary = { runs: 0, reads: 0, acknowledged: 0, collections: 0 };
  for (let run = lane; run < RUNS; run += 2) {
    const seed = first + run;
    const { nemesis, history, collections } = await runHistory(opened, seed, run >> 1);
    const { violations, reads, acknowledged } = history;
    const what = `seed ${seed}, ${nemesis}${lane === 1 ? ', clocks an hour apart' : ''}`;
    expect(violations, what).toEqual([]);
    process.stdout.write(`${what}: ${reads} reads, ${acknowledged.size} commits\n`);
    summary.runs += 1;
    summary.reads += reads;
    summary.acknowledged += acknowledged.size;
    summary.collections += collections;
  }
  expect(await leaksOf(opened)).toEqual({
    unreferencedBytes: 0,
    unknownObjects: [],
    lostObjects: [],
  });
  return summary;
}

it(
  `${RUNS} runs in which something goes wrong: every body is right, nothing acknowledged is lost, nothing goes back`,
  async () => {
    const lanes = await Promise.all([runLane(0), runLane(1)]);
    expect(lanes.reduce((sum, { runs }) => sum + runs, 0)).toBe(RUNS);
    process.stdout.write(`${JSON.stringify(lanes)}\n`);
    const collections = lanes.reduce((sum, lane) => sum + lane.collections, 0);
    expect(collections).toBeGreaterThanOrEqual(Math.min(100, RUNS));
    for (const { reads, acknowledged } of lanes) {
      expect(reads).toBeGreaterThan(RUNS);
      expect(acknowledged).toBeGreaterThan(RUNS / 2);
    }
  },
  15 * MINUTE,
);
