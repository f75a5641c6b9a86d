import type { MetadataStore } from '@modelkeep/core/spi';
import { describe, expect } from 'vitest';
import { listAll } from '../suite/list-all.ts';
import { seededRandom, shuffled } from '../tools/seeded.ts';
import { blobOf, digestOf, entryOf, keep, snapshotOf } from './fixtures.ts';
import type { MetadataTest } from './metadata-test.ts';

const LONG = 60_000;

export function describeProcesses(test: MetadataTest): void {
  describe('several processes', () => {
    test('racing for a lease: exactly one wins, in 50 seeded rounds', async (given) => {
      const stores = [given.store, await given.another(), await given.another()];
      const random = seededRandom(3);
      for (let round = 0; round < 50; round += 1) {
        const runners = shuffled(
          stores.flatMap((store, index) =>
            [`${index} first`, `${index} second`].map((owner) => ({ store, owner })),
          ),
          random,
        );
        const granted = await Promise.all(
          runners.map(({ store, owner }) =>
            store.acquireLeases([`raced-${round}`], { owner, ttlMs: LONG }),
          ),
        );
        expect(granted.flat(), `round ${round}`).toHaveLength(1);
      }
    });

    test('racing for many leases in different orders share them without a deadlock', async (given) => {
      const stores = [given.store, await given.another(), await given.another()];
      const random = seededRandom(4);
      for (let round = 0; round < 10; round += 1) {
        const keys = Array.from({ length: 40 }, (_, index) => `round-${round}/${index}`);
        const granted = await Promise.all(
          stores.map((store, index) =>
            store.acquireLeases(shuffled(keys, random), { owner: `owner-${index}`, ttlMs: LONG }),
          ),
        );
        expect(
          granted
            .flat()
            .map(({ key }) => key)
            .sort(),
          `round ${round}`,
        ).toEqual(keys.sort());
      }
    });

    test('see at once what another stored', async ({ store, another }) => {
      const other = await another();
      const { key } = await keep(store, snapshotOf());
      expect(await other.getEntry(key)).toEqual(await store.getEntry(key));
      await other.setPinned(key, true);
      expect((await store.getEntry(key))?.pinned).toBe(true);
      const [lease] = await store.acquireLeases(['a'], { owner: 'me', ttlMs: LONG });
      expect(await other.listLeases('a')).toMatchObject([{ owner: 'me', token: lease?.token }]);
      expect(await other.markDeleting([digestOf('x')], { notedBefore: 0 })).toHaveLength(1);
      expect(await store.putBlobs([blobOf('x')])).toEqual([digestOf('x')]);
    });

    test('write at the same time without an error', async ({ store, another }) => {
      const stores: MetadataStore[] = [store, await another(), await another()];
      await Promise.all(
        Array.from({ length: 90 }, async (_, index) => {
          const writer = stores[index % stores.length] ?? store;
          const snapshot = snapshotOf({ modelId: `org/model-${index}` });
          await keep(writer, snapshot);
          await writer.touchEntry(`hf@org/model-${index}`, { lastUsed: 1, lastUsedBy: 'me' });
          if (index % 3 === 0) await writer.removeEntry(`hf@org/model-${index}`);
        }),
      );
      expect(await listAll(store.listEntries())).toHaveLength(60);
    });

    test('that end leave all of it to the next', async ({ store, another, context, subject }) => {
      const snapshot = snapshotOf();
      const entry = entryOf(snapshot);
      await keep(store, snapshot, entry);
      const [lease] = await store.acquireLeases(['a'], { owner: 'me', ttlMs: LONG });
      if (subject.reopen === undefined) context.skip('does not declare reopen');
      const later = await another();
      expect(await later.getSnapshot(snapshot.modelId, snapshot.commit)).toEqual(snapshot);
      expect(await later.getEntry(entry.key)).toMatchObject(entry);
      await later.releaseLeases('me');
      const [next] = await later.acquireLeases(['a'], { owner: 'next', ttlMs: LONG });
      expect(next?.token).toBeGreaterThan(lease?.token ?? Number.NaN);
    });
  });
}
