import type { MetadataSubject } from '../metadata/metadata-test.ts';
import type { BrokenFake } from './broken-fake.ts';
import { brokenMetadata, tick } from './broken-metadata-store.ts';

export const BROKEN_LEASES: readonly BrokenFake<MetadataSubject>[] = [
  brokenMetadata(
    'starts the tokens anew after a release',
    'leases > have a token that grows with each grant, also after a release',
    (store) => ({
      async releaseLeases(owner, keys, call) {
        await store.now(call);
        store.data.tokens.last = 0;
        for (const [key, lease] of store.data.leases) {
          const asked = keys === undefined || keys.includes(key);
          if (asked && lease.owner === owner) store.data.leases.delete(key);
        }
      },
    }),
  ),
  brokenMetadata(
    'counts the tokens of each key by itself',
    'leases > have tokens that grow whatever the key',
    (store) => {
      const byKey = new Map<string, number>();
      return {
        async acquireLeases(keys, request, call) {
          const granted = await store.acquireLeases(keys, request, call);
          return granted.map((lease) => {
            const token = (byKey.get(lease.key) ?? 0) + 1;
            byKey.set(lease.key, token);
            return { ...lease, token };
          });
        },
      };
    },
  ),
  brokenMetadata(
    'looks for a holder first and grants later',
    'several processes > racing for a lease: exactly one wins, in 50 seeded rounds',
    (store) => ({
      async acquireLeases(keys, request, call) {
        const held = new Map(
          (await store.listLeases('', call)).map(({ key, owner }) => [key, owner]),
        );
        const free = keys.filter((key) => (held.get(key) ?? request.owner) === request.owner);
        await tick();
        for (const key of free) {
          const lease = store.data.leases.get(key);
          if (lease !== undefined) store.data.leases.set(key, { ...lease, owner: undefined });
        }
        return await store.acquireLeases(free, request, call);
      },
    }),
  ),
  brokenMetadata(
    'renews what another took over',
    'leases > that expired are taken over, and their old owner cannot renew them',
    (store) => {
      const ever = new Map<string, Set<string>>();
      return {
        async acquireLeases(keys, request, call) {
          const granted = await store.acquireLeases(keys, request, call);
          const mine = ever.get(request.owner) ?? new Set();
          for (const { key } of granted) mine.add(key);
          ever.set(request.owner, mine);
          return granted;
        },
        async renewLeases(request, call) {
          await store.renewLeases(request, call);
          return [...(ever.get(request.owner) ?? [])];
        },
      };
    },
  ),
  brokenMetadata(
    'ends a lease whoever holds it by now',
    'leases > are ended before their time by whoever knows their token',
    (store) => ({
      async expireLease(key, _token, call) {
        const lease = store.data.leases.get(key);
        return store.expireLease(key, lease?.token ?? 0, call);
      },
    }),
  ),
  brokenMetadata(
    'releases what is to be ended before its time',
    'leases > that were ended before their time stay their living holder’s who renews them',
    (store) => ({
      async expireLease(key, token, call) {
        const isThere = await store.expireLease(key, token, call);
        const owner = store.data.leases.get(key)?.owner;
        if (isThere && owner !== undefined) await store.releaseLeases(owner, [key], call);
        return isThere;
      },
    }),
  ),
  brokenMetadata(
    'forgets leases as soon as they run out',
    'leases > that ran out long ago are forgotten, and no token comes again',
    (store) => ({
      forgetLeases: async (_ranOutBefore, call) =>
        store.forgetLeases?.((await store.now(call)) + 1, call),
    }),
  ),
  brokenMetadata(
    'does not say that a lease was taken over',
    'leases > of a holder that is known to be dead are taken over at once',
    (store) => ({
      acquireLeases: async (keys, request, call) =>
        (await store.acquireLeases(keys, request, call)).map(({ takenOver: _, ...lease }) => lease),
    }),
  ),
  brokenMetadata(
    'forgets where holders are',
    'leases > tell where their holder is, as of the last grant',
    (store) => ({
      listLeases: async (prefix, call) =>
        (await store.listLeases(prefix, call)).map(({ address: _, ...lease }) => lease),
    }),
  ),
  brokenMetadata(
    'lists leases without case',
    'leases > in force are listed by the beginning of their key',
    (store) => ({
      listLeases: async (prefix, call) =>
        (await store.listLeases('', call)).filter(({ key }) =>
          key.toLowerCase().startsWith(prefix.toLowerCase()),
        ),
    }),
  ),
  brokenMetadata(
    'ends leases by another clock',
    'leases > end by the store’s own clock',
    (store) => ({
      now: async (call) => (await store.now(call)) - 3_600_000,
    }),
  ),
  brokenMetadata(
    'tells nothing of what is added where nothing is still to be written',
    'leases > tell what others set aside',
    (store) => ({
      listReservations: async (exceptOwner, call) =>
        (await store.listReservations(exceptOwner, call)).filter(({ bytes }) => bytes > 0),
    }),
  ),
  brokenMetadata(
    'counts the bytes of leases that ended',
    'leases > count the bytes that others will still write',
    (store) => ({
      async leasedBytes(exceptOwner, call) {
        await store.now(call);
        return [...store.data.leases.values()]
          .filter(({ owner }) => owner !== exceptOwner)
          .reduce((sum, { bytes }) => sum + bytes, 0);
      },
    }),
  ),
];
