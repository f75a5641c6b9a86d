import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Connection } from '../api/options.ts';
import { ModelkeepError } from '../spi/errors.ts';
import { Outages } from './outages.ts';

const connection = { name: 'hub', source: { endpoint: 'https://hub.test' } } as Connection;
const other = { name: 'other', source: { endpoint: 'https://other.test' } } as Connection;
const silence = (): Promise<never> => new Promise(() => {});
const away = (more = {}): Promise<never> =>
  Promise.reject(new ModelkeepError('source-unavailable', 'down', more));

let outages: Outages;

beforeEach(() => {
  vi.useFakeTimers();
  outages = new Outages();
});
afterEach(() => {
  vi.useRealTimers();
});

it('lets a client wait three seconds for a silent source when there is another answer, and eight when there is none', async () => {
  const waiting = expect(outages.ask(connection, silence)).rejects.toThrow(
    'https://hub.test has not answered for 3 seconds',
  );
  await vi.advanceTimersByTimeAsync(3_000);
  await waiting;
  const last = expect(outages.askAnyway(connection, silence())).rejects.toThrow('for 8 seconds');
  await vi.advanceTimersByTimeAsync(8_000);
  await last;
});

it('lets nobody wait who need not while a source is away, and asks it behind their backs until it answers', async () => {
  const ask = vi.fn(away);
  await expect(outages.ask(connection, ask)).rejects.toThrow('down');
  for (let times = 0; times < 5; times++) {
    await expect(outages.ask(connection, ask)).rejects.toThrow('down');
  }
  expect(ask).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(5_000);
  await expect(outages.ask(connection, ask)).rejects.toThrow('down');
  expect(ask).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(5_000);
  const answering = vi.fn(() => Promise.resolve('here'));
  await expect(outages.ask(connection, answering)).rejects.toThrow('down');
  expect(await outages.ask(connection, answering)).toBe('here');
});

it('keeps to the time that a source asked for', async () => {
  const limited = (): Promise<never> =>
    Promise.reject(new ModelkeepError('rate-limited', 'slow down', { retryAfterMs: 60_000 }));
  await expect(outages.ask(connection, limited)).rejects.toThrow('slow down');
  const ask = vi.fn(away);
  await vi.advanceTimersByTimeAsync(59_000);
  await expect(outages.ask(connection, ask)).rejects.toThrow('slow down');
  expect(ask).not.toHaveBeenCalled();
});

it('takes no other source, and none that says no, for one that is away', async () => {
  await expect(outages.ask(connection, away)).rejects.toThrow('down');
  expect(await outages.ask(other, () => Promise.resolve('here'))).toBe('here');
  const no = Promise.reject(new ModelkeepError('model-not-found', 'no such model'));
  await expect(outages.askAnyway(connection, no)).rejects.toThrow('no such model');
  expect(await outages.ask(connection, () => Promise.resolve('here'))).toBe('here');
});

it('learns that a source is there from an answer that came too late', async () => {
  const late = Promise.withResolvers<string>();
  const waiting = expect(outages.ask(connection, () => late.promise)).rejects.toThrow('3 seconds');
  await vi.advanceTimersByTimeAsync(3_000);
  await waiting;
  late.resolve('here');
  expect(await late.promise).toBe('here');
  expect(await outages.ask(connection, () => Promise.resolve('now'))).toBe('now');
});
