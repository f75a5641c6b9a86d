import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Lease, MetadataStore } from '../spi/metadata-store.ts';
import { Holds } from './holds.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A store that grants leases when `grant` is called. */
function slowStore(): { metadata: MetadataStore; grant: () => void; leases: Set<string> } {
  const leases = new Set<string>();
  const waiting: (() => void)[] = [];
  const metadata = {
    acquireLeases: async (keys, { owner }) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      for (const key of keys) leases.add(key);
      return keys.map((key): Lease => ({ key, owner, token: 1, expiresAt: 0 }));
    },
    releaseLeases: async (_owner, keys = [...leases]) => {
      for (const key of keys) leases.delete(key);
    },
    renewLeases: async () => [...leases],
  } satisfies Partial<MetadataStore> as Partial<MetadataStore> as MetadataStore;
  return { metadata, leases, grant: () => void waiting.splice(0).map((go) => go()) };
}

it('gives a hold back that was let go before its lease was granted', async () => {
  const { metadata, grant, leases } = slowStore();
  const holds = new Holds(metadata, { owner: 'me' }, 60_000);
  holds.hold('org/a', true)[Symbol.dispose]();
  await vi.advanceTimersByTimeAsync(2000);
  grant();
  await vi.advanceTimersByTimeAsync(0);
  expect([...leases]).toEqual(['holding/org/a me/holds']);
  await vi.advanceTimersByTimeAsync(2000);
  expect(leases.size).toBe(0);
});

it('keeps the lease of who holds again meanwhile', async () => {
  const { metadata, grant, leases } = slowStore();
  const holds = new Holds(metadata, { owner: 'me' }, 60_000);
  holds.hold('org/a', false)[Symbol.dispose]();
  await vi.advanceTimersByTimeAsync(0);
  holds.hold('org/a', false);
  await vi.advanceTimersByTimeAsync(0);
  grant();
  await vi.advanceTimersByTimeAsync(2000);
  expect(leases.size).toBe(1);
});

it('leaves no lease behind that was asked for when it is closed', async () => {
  const { metadata, grant, leases } = slowStore();
  const holds = new Holds(metadata, { owner: 'me' }, 60_000);
  holds.hold('org/a', false)[Symbol.dispose]();
  await vi.advanceTimersByTimeAsync(0);
  const closed = holds.close();
  grant();
  await closed;
  expect(leases.size).toBe(0);
});
