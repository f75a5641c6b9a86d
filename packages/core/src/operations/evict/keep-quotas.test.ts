import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { CoreContext } from '../../context.ts';
import { createQuotaKeeper } from './keep-quotas.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('looks one at a time, and again after a run for what was stored meanwhile', async () => {
  const running: (() => void)[] = [];
  const metadata = {
    storedBytes: () => new Promise<number>((resolve) => running.push(() => resolve(0))),
  };
  const ctx = { connections: [], quotaBytes: 1, metadata, background: () => {} };
  const stored = createQuotaKeeper(ctx as unknown as CoreContext);
  for (let second = 0; second < 20; second += 1) {
    stored();
    await vi.advanceTimersByTimeAsync(1000);
  }
  expect(running).toHaveLength(1);
  running[0]?.();
  await vi.advanceTimersByTimeAsync(5000);
  expect(running).toHaveLength(2);
  running[1]?.();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(running).toHaveLength(2);
});
