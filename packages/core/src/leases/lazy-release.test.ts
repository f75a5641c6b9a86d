import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LazyRelease } from './lazy-release.ts';
import type { LeaseKeeper } from './lease-keeper.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function keeper(release: (keys: readonly string[]) => Promise<void>): LeaseKeeper {
  return { release } as Partial<LeaseKeeper> as LeaseKeeper;
}

describe('LazyRelease', () => {
  it('gives back many leases at once', async () => {
    const released: (readonly string[])[] = [];
    const lazy = new LazyRelease(keeper(async (keys) => void released.push(keys)));
    lazy.add('a');
    await vi.advanceTimersByTimeAsync(50);
    lazy.add('b');
    await vi.advanceTimersByTimeAsync(60);
    expect(released).toEqual([['a', 'b']]);
  });

  it('never gives back a lease that was taken again', async () => {
    const released: (readonly string[])[] = [];
    const lazy = new LazyRelease(keeper(async (keys) => void released.push(keys)));
    lazy.add('a');
    lazy.add('b');
    await lazy.keep(['a']);
    await vi.advanceTimersByTimeAsync(200);
    expect(released).toEqual([['b']]);
  });

  it('lets a lease be taken again only when it was given back, and minds no failure', async () => {
    const { promise, reject } = Promise.withResolvers<void>();
    const lazy = new LazyRelease(keeper(() => promise));
    lazy.add('a');
    await vi.advanceTimersByTimeAsync(200);
    let kept = false;
    const keeping = lazy.keep(['a']).then(() => {
      kept = true;
    });
    await vi.advanceTimersByTimeAsync(200);
    expect(kept).toBe(false);
    reject(new Error('the store is away'));
    await keeping;
    expect(kept).toBe(true);
  });
});
