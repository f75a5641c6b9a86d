import { memoryMetadata } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { seriesOf, startOfStep, stepFor } from './series.ts';
import { createTrafficLog, HOUR_MS, type TrafficLog } from './traffic-log.ts';

// A Wednesday, 10:20.
const START = Date.UTC(2026, 10, 25, 10, 20);

async function bench() {
  const records = memoryMetadata();
  await records.open();
  const clock = { now: START, received: 1000 };
  const log = (server: string): TrafficLog =>
    createTrafficLog({
      records,
      server,
      receivedBytes: () => clock.received,
      onError: (error) => {
        throw error;
      },
      now: () => clock.now,
    });
  const count = async (): Promise<number> =>
    (await Array.fromAsync(records.listRecords('traffic'))).length;
  return { clock, log, count };
}

it('adds up what several servers saw, by the hour, also over a restart', async () => {
  const { clock, log, count } = await bench();
  const [one, other] = [log('a/1'), log('b/2')];
  one.note({ isDownload: true, cache: 'miss', bytes: 100 });
  one.note({ isDownload: false, cache: 'hit', bytes: 50 });
  other.note({ isDownload: true, cache: 'hit', bytes: 7 });
  clock.received += 100;
  await one.flush();
  clock.now += HOUR_MS;
  one.note({ isDownload: true, cache: 'stale', bytes: 1 });
  await one.flush();
  const again = log('a/3');
  again.note({ isDownload: true, cache: 'hit', bytes: 2 });
  await again.flush();
  // What the other one received counts where it is told.
  await other.flush();
  expect(await count()).toBe(5);
  const hours = await log('c/4').read(START, clock.now);
  const first = Math.floor(START / HOUR_MS) * HOUR_MS;
  expect(hours).toEqual([
    {
      time: first,
      downloads: 2,
      hits: 1,
      misses: 1,
      stale: 0,
      servedBytes: 157,
      fetchedBytes: 100,
      savedBytes: 57,
    },
    {
      time: first + HOUR_MS,
      downloads: 2,
      hits: 1,
      misses: 0,
      stale: 1,
      servedBytes: 3,
      fetchedBytes: 100,
      savedBytes: 3,
    },
  ]);
});

it('writes nothing while nothing happens, and forgets what is long ago', async () => {
  const { clock, log, count } = await bench();
  const idle = log('a');
  await idle.flush();
  expect(await count()).toBe(0);
  idle.note({ isDownload: true, cache: 'hit', bytes: 1 });
  await idle.flush();
  await idle.flush();
  clock.now += 90 * 24 * HOUR_MS;
  await idle.purge();
  expect(await count()).toBe(1);
  clock.now += HOUR_MS;
  await idle.purge();
  expect(await count()).toBe(0);
});

it('shows every step, and begins days at midnight and weeks on Monday', () => {
  const hour = {
    downloads: 1,
    hits: 1,
    misses: 0,
    stale: 0,
    servedBytes: 5,
    fetchedBytes: 0,
    savedBytes: 5,
  };
  const day = 24 * HOUR_MS;
  const hours = [
    { time: START - (START % HOUR_MS), ...hour },
    { time: START - (START % HOUR_MS) - day, ...hour },
  ];
  const { points, totals } = seriesOf(hours, { from: START - 2 * day, to: START, step: 'day' });
  expect(points.map(({ time, downloads }) => [new Date(time).toISOString(), downloads])).toEqual([
    ['2026-11-23T00:00:00.000Z', 0],
    ['2026-11-24T00:00:00.000Z', 1],
    ['2026-11-25T00:00:00.000Z', 1],
  ]);
  expect(totals).toEqual({ ...hour, downloads: 2, hits: 2, servedBytes: 10, savedBytes: 10 });
  expect(new Date(startOfStep(START, 'week')).toISOString()).toBe('2026-11-23T00:00:00.000Z');
  expect([stepFor(day), stepFor(7 * day), stepFor(365 * day)]).toEqual(['hour', 'day', 'week']);
});
