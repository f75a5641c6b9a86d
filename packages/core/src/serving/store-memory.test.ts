import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { ModelkeepError } from '../spi/errors.ts';
import { StoreMemory } from './store-memory.ts';

const away = new ModelkeepError('storage-failed', 'gone', { retryable: true });
const fails = (): Promise<never> => Promise.reject(away);

it('asks the store each time, while it answers', async () => {
  const memory = new StoreMemory();
  let value = 0;
  const look = async (): Promise<number> => ++value;
  expect([await memory.ask('a', look), await memory.ask('a', look)]).toEqual([1, 2]);
});

it('gives the last answer while the store is away, also that there was nothing, and none to what was never asked', async () => {
  const memory = new StoreMemory();
  await memory.ask('a', async () => 1);
  await memory.ask('b', async () => undefined);
  expect(await memory.ask('a', fails)).toBe(1);
  expect(memory.isAway).toBe(true);
  expect(await memory.ask('b', fails)).toBeUndefined();
  await expect(memory.ask('c', fails)).rejects.toBe(away);
});

it('asks nobody in between, and tells new answers soon after the store is back', async () => {
  const memory = new StoreMemory();
  const look = vi.fn(async () => 'old');
  await memory.ask('a', look);
  look.mockImplementation(fails);
  for (let asked = 0; asked < 100; asked += 1) await memory.ask('a', look);
  expect(look.mock.calls.length).toBeLessThan(10);
  look.mockImplementation(async () => 'new');
  await expect.poll(() => memory.ask('a', look), { timeout: 10_000 }).toBe('new');
  expect(memory.isAway).toBe(false);
});

it('asks a store that was away at once when all is forgotten: it took the change', async () => {
  const memory = new StoreMemory();
  await memory.ask('a', async () => 1);
  await memory.ask('a', fails);
  memory.forget();
  expect(await memory.ask('a', async () => 2)).toBe(2);
  expect(memory.isAway).toBe(false);
});

it('does not wait for a store that hangs', async () => {
  const memory = new StoreMemory();
  await memory.ask('a', async () => 1);
  let end = (): void => {};
  const hanging = new Promise<number>((resolve) => {
    end = () => resolve(2);
  });
  expect(await memory.ask('a', () => hanging)).toBe(1);
  expect(memory.isAway).toBe(true);
  end();
  await sleep(0);
  expect(memory.isAway).toBe(false);
  expect(await memory.ask('a', async () => 2)).toBe(2);
});

it('takes a refusal for an answer', async () => {
  const memory = new StoreMemory();
  await memory.ask('a', async () => 1);
  const refusal = new ModelkeepError('gated', 'no');
  await expect(memory.ask('a', () => Promise.reject(refusal))).rejects.toBe(refusal);
});

it('lets no answer count for longer than it may, nor what was to be forgotten', async () => {
  const clock = { now: 0 };
  const memory = new StoreMemory({ keptMs: 1000, limit: 2, now: () => clock.now });
  for (const key of ['a', 'b', 'c']) await memory.ask(key, async () => key);
  await expect(memory.ask('a', fails)).rejects.toBe(away);
  expect(await memory.ask('c', fails)).toBe('c');
  clock.now = 1000;
  await expect(memory.ask('c', fails)).rejects.toBe(away);
  clock.now = 500;
  expect(await memory.ask('c', fails)).toBe('c');
  memory.forget();
  await expect(memory.ask('c', fails)).rejects.toBe(away);
});
