import { memoryMetadata } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { createTokenUses } from './token-uses.ts';

const HOUR = 3_600_000;

it('notes a use at most once an hour, and never fails for it', async () => {
  const records = memoryMetadata();
  await records.open();
  const { putRecord } = records;
  let writes = 0;
  records.putRecord = (...args) => {
    writes += 1;
    return putRecord(...args);
  };
  const errors: unknown[] = [];
  let now = 10 * HOUR;
  const make = () =>
    createTokenUses(
      records,
      (error) => errors.push(error),
      () => now,
    );
  const uses = make();
  for (let asked = 0; asked < 100; asked += 1) uses.note('a');
  await uses.settle();
  expect([...(await uses.list())]).toEqual([['a', 10 * HOUR]]);
  // A server that was started anew, or another one.
  now += HOUR - 1;
  const other = make();
  other.note('a');
  await other.settle();
  expect(writes).toBe(1);
  now += 1;
  uses.note('a');
  await uses.settle();
  expect([...(await uses.list())]).toEqual([['a', 11 * HOUR]]);

  records.getRecord = () => Promise.reject(new Error('the store is away'));
  uses.note('b');
  await uses.settle();
  expect(errors).toMatchObject([{ message: 'the store is away' }]);
  await uses.forget('a');
  expect([...(await uses.list())]).toEqual([]);
});
