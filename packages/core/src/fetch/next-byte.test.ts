import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { awaitNextByte } from './next-byte.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('gives up on a source that fails, after six seconds and with its reason', () => {
  const wait = awaitNextByte();
  wait.failed('it answered 503');
  vi.advanceTimersByTime(5_999);
  expect(wait.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(wait.signal.reason).toMatchObject({
    code: 'source-unavailable',
    message: 'it answered 503',
    retryable: true,
  });
});

it('waits for a source that is only slow, until that fails', () => {
  const wait = awaitNextByte();
  vi.advanceTimersByTime(60_000);
  expect(wait.signal.aborted).toBe(false);
  wait.failed('it broke off');
  expect(wait.signal.aborted).toBe(true);
});

it('waits for each byte anew', () => {
  const wait = awaitNextByte();
  vi.advanceTimersByTime(5_000);
  wait.failed('it broke off');
  wait.over();
  vi.advanceTimersByTime(60_000);
  wait.again();
  vi.advanceTimersByTime(5_999);
  wait.failed('it broke off again');
  expect(wait.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(wait.signal.reason).toMatchObject({ message: 'it broke off again' });
});

it('never gives up once a byte is there', () => {
  const wait = awaitNextByte();
  wait.over();
  vi.advanceTimersByTime(60_000);
  wait.failed('it broke off');
  expect(wait.signal.aborted).toBe(false);
});
