import { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import { keepModel, modelIds, tempFolder } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { sqliteMetadata } from './index.ts';

it('waits for another writer without stopping this process, and reads meanwhile', async () => {
  await using folder = await tempFolder();
  const file = folder.join('index.db');
  const store = sqliteMetadata({ file });
  await store.open();
  await keepModel(store, 'org/model');
  const other = new DatabaseSync(file);
  other.exec('begin immediate');
  let done = false;
  const writing = store.setPinned('hf@org/model', true).then((pinned) => {
    done = true;
    return pinned;
  });
  for (let turns = 0; turns < 200; turns += 1) {
    await turn();
    if (turns % 50 === 0) expect(await modelIds(store)).toEqual(['org/model']);
  }
  expect(done).toBe(false);
  other.exec('commit');
  other.close();
  expect(await writing).toBe(true);
  await store.close();
});

it('ends the wait for another writer with the reason of an abort', async () => {
  await using folder = await tempFolder();
  const file = folder.join('index.db');
  const store = sqliteMetadata({ file });
  await store.open();
  const other = new DatabaseSync(file);
  other.exec('begin immediate');
  const controller = new AbortController();
  const reason = { why: 'enough' };
  const writing = store.acquireLeases(
    ['a'],
    { owner: 'me', ttlMs: 1000 },
    { signal: controller.signal },
  );
  await turn();
  controller.abort(reason);
  await expect(writing).rejects.toBe(reason);
  other.exec('rollback');
  other.close();
  expect(await store.listLeases('')).toEqual([]);
  await store.close();
});
