import { describe, expect } from 'vitest';
import { expectCode } from '../suite/expect-failure.ts';
import { listAll } from '../suite/list-all.ts';
import { entryOf, fileOf, keep, oidOf, snapshotOf } from './fixtures.ts';
import type { MetadataTest } from './metadata-test.ts';

export function describeRemovals(test: MetadataTest): void {
  describe('removal', () => {
    test('of an entry takes the snapshots that no other entry points at', async ({ store }) => {
      const [first, second, tagged] = ['first', 'second', 'tagged'].map((name) =>
        snapshotOf({ commit: oidOf(name), files: [fileOf('shared'), fileOf(name)] }),
      ) as [
        ReturnType<typeof snapshotOf>,
        ReturnType<typeof snapshotOf>,
        ReturnType<typeof snapshotOf>,
      ];
      const other = snapshotOf({ modelId: 'org/other', commit: oidOf('first') });
      await keep(store, first);
      await keep(store, second);
      await keep(store, tagged, entryOf(tagged, { key: 'hf@org/name@v1', revision: 'v1' }));
      await keep(store, other);
      const removed = await store.removeEntry('hf@org/name');
      expect(removed?.map(({ modelId, commit }) => `${modelId} ${commit}`).sort()).toEqual(
        [`org/name ${oidOf('first')}`, `org/name ${oidOf('second')}`].sort(),
      );
      expect(await store.getEntry('hf@org/name')).toBeUndefined();
      expect(await store.getSnapshot('org/name', first.commit)).toBeUndefined();
      expect(await store.getSnapshot('org/name', tagged.commit)).toEqual(tagged);
      expect(await store.getSnapshot('org/other', other.commit)).toEqual(other);
      expect(await store.getEntry('hf@org/name@v1')).toBeDefined();
    });

    test('of an entry keeps a snapshot that another entry shares', async ({ store }) => {
      const snapshot = snapshotOf();
      await keep(store, snapshot);
      await keep(store, snapshot, entryOf(snapshot, { key: 'hf@org/name@v1', revision: 'v1' }));
      expect(await store.removeEntry('hf@org/name')).toEqual([]);
      expect(await store.getSnapshot(snapshot.modelId, snapshot.commit)).toEqual(snapshot);
      expect(await store.removeEntry('hf@org/name@v1')).toEqual([
        { modelId: snapshot.modelId, commit: snapshot.commit },
      ]);
      expect(await listAll(store.listSnapshots())).toEqual([]);
    });

    test('of an entry that is not there gives nothing', async ({ store }) => {
      await keep(store, snapshotOf());
      expect(await store.removeEntry('hf@org/nam_')).toBeUndefined();
      expect(await store.removeEntry('hf@org/name')).toBeDefined();
      expect(await store.removeEntry('hf@org/name')).toBeUndefined();
    });

    test('of an entry leaves its blobs, no longer referenced', async ({ store }) => {
      await keep(store, snapshotOf({ files: [fileOf('a'), fileOf('b')] }));
      const other = snapshotOf({ modelId: 'org/other', files: [fileOf('b')] });
      await keep(store, other);
      await store.removeEntry('hf@org/name');
      const blobs = await listAll(store.listBlobs());
      expect(blobs.map(({ referenced }) => referenced).sort()).toEqual([false, true]);
      expect(await store.blobTotals()).toMatchObject({ count: 2, referencedCount: 1 });
    });

    test('of a snapshot is refused while an entry points at it', async ({ store }) => {
      const old = snapshotOf({ commit: oidOf('old') });
      const current = snapshotOf({ commit: oidOf('current') });
      await keep(store, old);
      await keep(store, current);
      await expectCode(() => store.removeSnapshot('org/name', current.commit), 'conflict');
      expect(await store.getSnapshot('org/name', current.commit)).toEqual(current);
      expect(await store.removeSnapshot('org/name', old.commit)).toBe(true);
      expect(await store.getSnapshot('org/name', old.commit)).toBeUndefined();
      expect(await store.removeSnapshot('org/name', old.commit)).toBe(false);
      expect(await store.removeSnapshot('org/other', current.commit)).toBe(false);
      expect(await store.getEntry('hf@org/name')).toMatchObject({ commit: current.commit });
    });

    test('lets the same model be stored anew', async ({ store }) => {
      const snapshot = snapshotOf({ files: [fileOf('a'), fileOf('b')] });
      await keep(store, snapshot);
      await store.removeEntry('hf@org/name');
      const fewer = snapshotOf({ files: [fileOf('b')], omitted: [fileOf('a')] });
      await keep(store, fewer);
      expect(await store.getSnapshot('org/name', fewer.commit)).toEqual(fewer);
    });
  });
}
