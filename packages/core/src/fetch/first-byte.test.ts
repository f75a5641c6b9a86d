import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { awaitFirstByte } from './first-byte.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('gives up on a source that fails, after five seconds and with its reason', () => {
  const wait = awaitFirstByte();
  wait.failed('it answered 503');
  vi.advanceTimersByTime(4_999);
  expect(wait.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(wait.signal.reason).toMatchObject({
    code: 'source-unavailable',
    message: 'it answered 503',
    retryable: true,
  });
});

it('waits for a source that is only slow, until that fails', () => {
  const wait = awaitFirstByte();
  vi.advanceTimersByTime(60_000);
  expect(wait.signal.aborted).toBe(false);
  wait.failed('it broke off');
  expect(wait.signal.aborted).toBe(true);
});

it('never gives up once a byte is there', () => {
  const wait = awaitFirstByte();
  wait.over();
  vi.advanceTimersByTime(60_000);
  wait.failed('it broke off');
  expect(wait.signal.aborted).toBe(false);
});
