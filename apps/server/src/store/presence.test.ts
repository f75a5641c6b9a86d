import { memoryMetadata } from '@modelkeep/testkit/memory';
import { afterEach, expect, it, vi } from 'vitest';
import { createPresence } from './presence.ts';

const BEAT_MS = 5000;
const BEATS = 100;
/** Until a server that has started is sure who is there. */
const FIRST_BEATS = 2;

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** What one of so many servers asks of the database in 100 beats: writes, and rows of lists. */
async function costs(servers: number): Promise<{ writes: number; lists: number; rows: number }> {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  let drawn = 0;
  vi.spyOn(Math, 'random').mockImplementation(() => (drawn++ % BEATS) / BEATS);
  const metadata = memoryMetadata();
  await metadata.open();
  const others = Array.from({ length: servers - 1 }, (_, at) => `server/${at}`);
  await metadata.acquireLeases(others, { owner: 'others', ttlMs: 3_600_000 });
  const spent = { writes: 0, lists: 0, rows: 0 };
  await using presence = createPresence({
    acquireLeases(...call) {
      spent.writes++;
      return metadata.acquireLeases(...call);
    },
    renewLeases(...call) {
      spent.writes++;
      return metadata.renewLeases(...call);
    },
    releaseLeases: metadata.releaseLeases,
    async listLeases(...call) {
      const rows = await metadata.listLeases(...call);
      spent.lists++;
      spent.rows += rows.length;
      return rows;
    },
  });
  await presence.begin();
  await vi.advanceTimersByTimeAsync((FIRST_BEATS - 1) * BEAT_MS);
  Object.assign(spent, { writes: 0, lists: 0, rows: 0 });
  await vi.advanceTimersByTimeAsync(BEATS * BEAT_MS);
  return spent;
}

it('a server that does nothing writes its lease at each beat; of a few, each lists those of all', async () => {
  expect(await costs(3)).toEqual({ writes: BEATS, lists: BEATS, rows: 3 * BEATS });
});

it('of many servers four look at each beat, on average', async () => {
  const servers = 200;
  const lists = (4 / servers) * BEATS;
  expect(await costs(servers)).toEqual({ writes: BEATS, lists, rows: lists * servers });
});
