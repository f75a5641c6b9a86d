import { isModelkeepError, ModelkeepError } from '@modelkeep/core/spi';
import { expect, it, vi } from 'vitest';
import { memoryDialect } from '../test/memory-dialect.ts';
import { Database } from './database.ts';

const busy = new Error('busy');

function busyFor(times: number): {
  readonly database: Database;
  readonly work: () => Promise<string>;
} {
  const database = new Database(memoryDialect({ isBusy: (error) => error === busy }));
  let left = times;
  return {
    database,
    work: async () => {
      left -= 1;
      if (left >= 0) throw busy;
      return 'done';
    },
  };
}

it('tries again while the database is busy', async () => {
  const { database, work } = busyFor(5);
  expect(await database.attempt(undefined, work)).toBe('done');
});

it('gives up in the end, with an error that is worth another try', async () => {
  const { database, work } = busyFor(Number.POSITIVE_INFINITY);
  let clock = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => {
    clock += 4000;
    return clock;
  });
  const error: unknown = await database.attempt(undefined, work).catch((reason: unknown) => reason);
  expect(isModelkeepError(error, 'storage-failed') && error.retryable).toBe(true);
  expect((error as Error).cause).toBe(busy);
});

it('ends the wait with the reason of an abort', async () => {
  const { database } = busyFor(0);
  const controller = new AbortController();
  const reason = { why: 'enough' };
  const waiting = database.attempt(controller.signal, async () => {
    controller.abort(reason);
    throw busy;
  });
  await expect(waiting).rejects.toBe(reason);
});

it('rolls back and translates any other error, and passes ours', async () => {
  const dialect = memoryDialect();
  const database = new Database(dialect);
  dialect.handle.exec('create table counters (name text primary key, value integer)');
  const insert = database.write(undefined, async (db) => {
    await db.insertInto('counters').values({ name: 'a', value: 1 }).execute();
    throw new Error('broken');
  });
  await expect(insert).rejects.toThrow('translated: Error: broken');
  expect(dialect.handle.prepare('select * from counters').all()).toEqual([]);
  const ours = new ModelkeepError('conflict', 'ours');
  await expect(database.select(undefined, () => Promise.reject(ours))).rejects.toBe(ours);
});
