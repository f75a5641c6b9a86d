import { requires } from '@modelkeep/test-requirements';
import { expect, it } from 'vitest';
import { chooseSeed } from '../support/seeded.ts';
import { type Chores, leaksOf } from './housekeeping.ts';
import { openLane, runHistory } from './run-history.ts';

requires('faketime', 'postgresql', 'versitygw');

const MINUTE = 60_000;
const RUNS = Number(process.env['RUNS'] ?? 60);
const first = chooseSeed('histories of three servers');

const CYCLES = Math.min(100, RUNS);
const MANY = 12;

interface Summary extends Chores {
  runs: number;
  reads: number;
  acknowledged: number;
  /** Commits that were evicted, and stored again. */
  anew: number;
}

/** Every other run is one of this lane's. */
async function runLane(lane: 0 | 1): Promise<Summary> {
  await using opened = await openLane(lane === 1);
  const { chores, pinned, collector, store } = opened;
  const summary = { runs: 0, reads: 0, acknowledged: 0 };
  for (let run = lane; run < RUNS; run += 2) {
    const seed = first + run;
    const { nemesis, history, violations } = await runHistory(opened, seed, run >> 1);
    const { reads, acknowledged } = history;
    const what = `seed ${seed}, ${nemesis}${lane === 1 ? ', clocks an hour apart' : ''}`;
    expect([...violations, ...pinned.violations], what).toEqual([]);
    process.stdout.write(`${what}: ${reads} reads, ${acknowledged.size} commits\n`);
    summary.runs += 1;
    summary.reads += reads;
    summary.acknowledged += acknowledged.size;
  }
  expect(await leaksOf(collector, store)).toEqual({
    unreferencedBytes: 0,
    unknownObjects: [],
    lostObjects: [],
    manifestsBesideIndex: 0,
    problems: [],
  });
  const anew = opened.histories.reduce((sum, { fetchedAnew }) => sum + fetchedAnew, 0);
  return { ...summary, ...chores, anew };
}

it(
  `${RUNS} runs in which something goes wrong, under garbage collections and evictions: every body is right, nothing is lost, nothing leaks, nothing goes back`,
  async () => {
    const lanes = await Promise.all([runLane(0), runLane(1)]);
    process.stdout.write(`${JSON.stringify(lanes)}\n`);
    const sumOf = (of: (lane: Summary) => number): number =>
      lanes.reduce((sum, lane) => sum + of(lane), 0);
    expect(sumOf(({ runs }) => runs)).toBe(RUNS);
    expect(sumOf(({ collections }) => collections)).toBeGreaterThanOrEqual(CYCLES);
    expect(sumOf(({ evictions }) => evictions)).toBeGreaterThanOrEqual(CYCLES);
    for (const { reads, acknowledged } of lanes) {
      expect(reads).toBeGreaterThan(RUNS);
      expect(acknowledged).toBeGreaterThanOrEqual(RUNS / 2);
    }
    // In the first runs there is little that may go.
    if (RUNS < MANY) return;
    expect(sumOf(({ evicted }) => evicted)).toBeGreaterThanOrEqual(RUNS / 2);
    // What must stay was looked at, and what went was asked for again.
    for (const reason of ['in-use', 'pinned'])
      expect(sumOf(({ stayed }) => stayed[reason] ?? 0)).toBeGreaterThan(0);
    expect(sumOf(({ anew }) => anew)).toBeGreaterThan(0);
  },
  30 * MINUTE,
);
