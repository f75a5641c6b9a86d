import { describe, expect, it, vi } from 'vitest';
import type { MetadataStore } from '../spi/metadata-store.ts';
import { LeaseKeeper } from './lease-keeper.ts';

function fakeStore(renew: () => Promise<readonly string[]>): MetadataStore {
  return {
    acquireLeases: async (keys: readonly string[], { owner }: { owner: string }) =>
      keys.map((key) => ({ key, owner, token: 1, expiresAt: 0 })),
    renewLeases: renew,
    releaseLeases: async () => {},
  } as Partial<MetadataStore> as MetadataStore;
}

describe('LeaseKeeper', () => {
  it('says once which lease was taken over, and goes on with the others', async () => {
    vi.useFakeTimers();
    try {
      const lost: string[] = [];
      const keeper = new LeaseKeeper({
        metadata: fakeStore(async () => ['b']),
        owner: 'me',
        ttlMs: 300,
        onLost: (key) => lost.push(key),
      });
      await keeper.acquire(['a', 'b']);
      await vi.advanceTimersByTimeAsync(250);
      expect(lost).toEqual(['a']);
      expect(keeper.holds('b')).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  it('keeps what it acquires anew while a beat is under way that finds the old lease gone', async () => {
    vi.useFakeTimers();
    try {
      const lost: string[] = [];
      const answer = Promise.withResolvers<string[]>();
      const renew = vi.fn(async () => ['a']).mockReturnValueOnce(answer.promise);
      const keeper = new LeaseKeeper({
        metadata: fakeStore(renew),
        owner: 'me',
        ttlMs: 300,
        onLost: (key) => lost.push(key),
      });
      await keeper.acquire(['a']);
      await vi.advanceTimersByTimeAsync(150);
      await keeper.acquire(['a']);
      answer.resolve([]);
      await vi.advanceTimersByTimeAsync(400);
      expect(lost).toEqual([]);
      expect(keeper.holds('a')).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  it('gives up what it holds when the store was away for longer than the leases live', async () => {
    vi.useFakeTimers();
    try {
      const lost: string[] = [];
      const keeper = new LeaseKeeper({
        metadata: fakeStore(() => Promise.reject(new Error('down'))),
        owner: 'me',
        ttlMs: 300,
        onLost: (key) => lost.push(key),
      });
      await keeper.acquire(['a']);
      await vi.advanceTimersByTimeAsync(250);
      expect(lost).toEqual([]);
      await vi.advanceTimersByTimeAsync(200);
      expect(lost).toEqual(['a']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('no longer counts as holding what it could not prolong in time, before any beat tells', async () => {
    vi.useFakeTimers();
    try {
      const keeper = new LeaseKeeper({
        metadata: fakeStore(async () => ['a']),
        owner: 'me',
        ttlMs: 300,
        onLost: () => {},
      });
      await keeper.acquire(['a']);
      expect([keeper.holds('a'), keeper.holds('b')]).toEqual([true, false]);
      // A stopped process: time passes, and no timer runs.
      const now = performance.now();
      vi.spyOn(performance, 'now').mockReturnValue(now + 301);
      expect(keeper.holds('a')).toBe(false);
    } finally {
      vi.restoreAllMocks();
      vi.useRealTimers();
    }
  });
});
