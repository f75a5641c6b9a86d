import type { Storage } from '@modelkeep/core/spi';
import { expect, test } from 'vitest';
import { memoryStorage } from '../memory/memory-storage.ts';
import { failureOf } from '../suite/expect-failure.ts';
import { listAll } from '../suite/list-all.ts';
import { bodyOf, collectBytes } from './bytes.ts';
import { faultyStorage, type StorageCall, type StorageFault } from './faulty-storage.ts';

const error = new Error('the fault');
const body = (): AsyncIterable<Uint8Array> => bodyOf(Buffer.from('0123456789'), 4);

async function faulty(script: (call: StorageCall) => StorageFault | undefined): Promise<Storage> {
  const storage = faultyStorage(memoryStorage(), script);
  await storage.open();
  return storage;
}

test('passes on what the script has no fault for', async () => {
  const calls: StorageCall[] = [];
  const storage = await faulty((call) => {
    calls.push(call);
    return undefined;
  });
  await storage.write('a', body());
  await storage.write('b', body());
  expect(await listAll(storage.list(''))).toHaveLength(2);
  expect((await collectBytes(await storage.read('a', { start: 8 }))).length).toBe(2);
  await storage.delete('a');
  expect(await storage.stat('a')).toBeUndefined();
  expect(calls.map(({ method, key, count }) => `${method} ${key} ${count}`)).toEqual([
    'write a 1',
    'write b 2',
    'list  1',
    'read a 1',
    'delete a 1',
    'stat a 1',
  ]);
  expect(storage.ingestFile).toBeUndefined();
});

test('fails before, after and amid a write', async () => {
  const storage = await faulty(({ method, key }) =>
    method === 'write'
      ? { error, at: key === 'amid' ? 5 : (key as 'before' | 'after') }
      : undefined,
  );
  for (const key of ['before', 'after', 'amid']) {
    expect(await failureOf(() => storage.write(key, body()))).toBe(error);
  }
  expect((await listAll(storage.list(''))).map(({ key }) => key)).toEqual(['after']);
});

test('breaks a read after so many bytes', async () => {
  const storage = await faulty(({ method, count }) =>
    method === 'read' && count === 1 ? { error, at: 6 } : undefined,
  );
  await storage.write('a', body());
  const came: Uint8Array[] = [];
  const failure = await failureOf(async () => {
    for await (const chunk of await storage.read('a')) came.push(chunk);
  });
  expect(failure).toBe(error);
  expect(Buffer.concat(came).toString()).toBe('012345');
  expect((await collectBytes(await storage.read('a'))).length).toBe(10);
});
