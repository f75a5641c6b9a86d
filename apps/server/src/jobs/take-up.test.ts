import { rm, writeFile } from 'node:fs/promises';
import { tempFolder } from '@modelkeep/testkit/memory';
import { afterEach, expect, it, vi } from 'vitest';
import { createFleet, type Fleet, LATER_MS, PULL, stateOf } from '../../test/job-fleet.ts';

const UPLOAD = 'a'.repeat(32);

afterEach(() => void vi.useRealTimers());

/** The database is away for longer than a server counts as alive without it; `meanwhile` happens as that begins. */
async function outage(fleet: Fleet, meanwhile = (): void => {}): Promise<void> {
  fleet.fault = 'all';
  meanwhile();
  await vi.advanceTimersByTimeAsync(LATER_MS);
  fleet.fault = undefined;
}

it('a job of a server that was killed is done by one of the others, and by a server that had started too early to know', async () => {
  const { start } = await createFleet();
  await using killed = await start(false);
  const { id } = await killed.jobs.start(PULL);
  await using one = await start(true);
  killed.kill();
  await using two = await start(true);
  expect(one.works() + two.works()).toBe(0);
  await vi.advanceTimersByTimeAsync(LATER_MS);
  await expect.poll(() => stateOf(one, id)).toBe('done');
  expect(one.works() + two.works()).toBe(1);
});

it('a job of a server that lives stays there', async () => {
  const { start } = await createFleet();
  await using slow = await start(false);
  const { id } = await slow.jobs.start(PULL);
  await using other = await start(true);
  await vi.advanceTimersByTimeAsync(LATER_MS);
  expect(await other.jobs.takeUp()).toBe(true);
  expect(other.works()).toBe(0);
  expect(await stateOf(other, id)).toBe('running');
});

it('two servers that look at the same moment do it once', async () => {
  const { start } = await createFleet();
  await using killed = await start(false);
  const { id } = await killed.jobs.start(PULL);
  await using one = await start(true);
  await using two = await start(true);
  await vi.advanceTimersByTimeAsync(LATER_MS);
  killed.kill();
  vi.setSystemTime(Date.now() + LATER_MS);
  await Promise.all([one.jobs.takeUp(), two.jobs.takeUp()]);
  await expect.poll(() => stateOf(one, id)).toBe('done');
  expect(one.works() + two.works()).toBe(1);
});

it.each(['upload', 'path'])('an import by %s waits for a server that has it', async (by) => {
  await using mine = await tempFolder();
  await using others = await tempFolder();
  const path = mine.join(UPLOAD);
  await writeFile(path, 'archive');
  const { start } = await createFleet();
  await using first = await start(false, mine.path);
  await using other = await start(true, others.path);
  const parameters = by === 'upload' ? { upload: UPLOAD } : { path };
  const asked = { ...PULL, kind: 'import', parameters } as const;
  const { id } = await first.jobs.start(asked);
  const { id: unwanted } = await first.jobs.start(asked);
  await expect.poll(() => first.works()).toBe(2);
  await first.stop();
  await rm(path);
  await vi.advanceTimersByTimeAsync(LATER_MS);
  await expect.poll(async () => (await other.jobs.get(id))?.warnings).toHaveLength(1);
  expect(await other.jobs.takeUp()).toBe(true);
  expect(await other.jobs.get(id)).toMatchObject({
    state: 'queued',
    warnings: [expect.stringContaining('goes on when one that has it starts')],
  });
  expect(await other.jobs.cancel(unwanted)).toMatchObject({ state: 'cancelled' });
  await writeFile(path, 'archive');
  await using again = await start(true, mine.path);
  await vi.advanceTimersByTimeAsync(LATER_MS);
  await expect.poll(() => stateOf(again, id)).toBe('done');
  expect(await again.jobs.get(id)).toMatchObject({ warnings: [] });
  expect([other.works(), again.works()]).toEqual([0, 1]);
});

it('after an outage of the database servers leave each other their jobs, and see again who is gone', async () => {
  const fleet = await createFleet();
  await using quick = await fleet.start(true);
  await vi.advanceTimersByTimeAsync(1000);
  await using slow = await fleet.start(false);
  const { id } = await slow.jobs.start(PULL);
  await vi.advanceTimersByTimeAsync(LATER_MS);
  await outage(fleet);
  await quick.jobs.takeUp();
  await vi.advanceTimersByTimeAsync(LATER_MS);
  expect(quick.works()).toBe(0);
  expect(await stateOf(quick, id)).toBe('running');
  slow.kill();
  await vi.advanceTimersByTimeAsync(LATER_MS);
  await expect.poll(() => stateOf(quick, id)).toBe('done');
});

it('a server that starts right after an outage of the database leaves the others their jobs', async () => {
  const fleet = await createFleet();
  await using slow = await fleet.start(false);
  const { id } = await slow.jobs.start(PULL);
  await vi.advanceTimersByTimeAsync(LATER_MS);
  await outage(fleet);
  await using fresh = await fleet.start(true);
  await vi.advanceTimersByTimeAsync(LATER_MS);
  expect(fresh.works()).toBe(0);
  expect(await stateOf(fresh, id)).toBe('running');
});

it('a server that was killed while the database was away is missed afterwards', async () => {
  const fleet = await createFleet();
  await using killed = await fleet.start(false);
  const { id } = await killed.jobs.start(PULL);
  await using other = await fleet.start(true);
  await outage(fleet, () => killed.kill());
  await vi.advanceTimersByTimeAsync(LATER_MS);
  await expect.poll(() => stateOf(other, id)).toBe('done');
});

it('what cannot be taken up is told, holds up no other job, and is tried again', async () => {
  const fleet = await createFleet();
  await using killed = await fleet.start(false);
  const older = await killed.jobs.start(PULL);
  const newer = await killed.jobs.start(PULL);
  await using other = await fleet.start(true);
  fleet.fault = { id: newer.id };
  killed.kill();
  await vi.advanceTimersByTimeAsync(LATER_MS);
  await expect.poll(() => stateOf(other, older.id)).toBe('done');
  expect(fleet.errors).toContainEqual(new Error('no database'));
  fleet.fault = undefined;
  await vi.advanceTimersByTimeAsync(LATER_MS);
  await expect.poll(() => stateOf(other, newer.id)).toBe('done');
});
