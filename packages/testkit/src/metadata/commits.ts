import type { MetadataStore, StoreChange } from '@modelkeep/core/spi';
import { describe, expect } from 'vitest';
import { expectCode } from '../suite/expect-failure.ts';
import { listAll } from '../suite/list-all.ts';
import { blobOf, digestOf, entryOf, fileOf, keep, noteBlobsOf, snapshotOf } from './fixtures.ts';
import type { MetadataTest } from './metadata-test.ts';

export function describeCommits(test: MetadataTest): void {
  describe('commit', () => {
    test('stores nothing and names the blobs that are missing', async ({ store }) => {
      const files = ['a', 'b', 'c'].map((path) => fileOf(path));
      const twin = snapshotOf({ files: [...files, fileOf('z', { digest: digestOf('c') })] });
      await store.putBlobs([blobOf('b')]);
      const { missing } = await store.commit({ snapshot: twin, entry: entryOf(twin) });
      expect([...missing].sort()).toEqual([digestOf('a'), digestOf('c')].sort());
      await expectEmpty(store);
      await store.putBlobs([blobOf('a'), blobOf('c')]);
      expect(await store.commit({ snapshot: twin, entry: entryOf(twin) })).toEqual({ missing: [] });
      expect(await store.getSnapshot(twin.modelId, twin.commit)).toEqual(twin);
    });

    test('leaves what was there as it was when blobs are missing', async ({ store }) => {
      const kept = snapshotOf({ files: [fileOf('a')], omitted: [fileOf('b')] });
      const { key } = await keep(store, kept);
      const before = await store.getEntry(key);
      const snapshot = snapshotOf({ files: [fileOf('b')], omitted: [fileOf('a')] });
      const entry = entryOf(snapshot, { downloadedBy: 'another' });
      expect(await store.commit({ snapshot, entry })).toEqual({ missing: [digestOf('b')] });
      expect(await store.getSnapshot(kept.modelId, kept.commit)).toEqual(kept);
      expect(await store.getEntry(key)).toEqual(before);
    });

    test('counts a blob that is being deleted as missing', async ({ store }) => {
      const snapshot = snapshotOf({ files: [fileOf('a')] });
      await noteBlobsOf(store, snapshot);
      await store.markDeleting([digestOf('a')], { notedBefore: Number.MAX_SAFE_INTEGER });
      const change = { snapshot, entry: entryOf(snapshot) };
      expect(await store.commit(change)).toEqual({ missing: [digestOf('a')] });
      await expectEmpty(store);
    });

    test('asks no blobs for files that were left out', async ({ store }) => {
      const snapshot = snapshotOf({ files: [], omitted: [fileOf('a')] });
      const change = { snapshot, entry: entryOf(snapshot) };
      expect(await store.commit(change)).toEqual({ missing: [] });
      expect(await store.getSnapshot(snapshot.modelId, snapshot.commit)).toEqual(snapshot);
    });

    test('stores a snapshot without an entry, and an entry of a stored one', async ({ store }) => {
      const snapshot = snapshotOf();
      await noteBlobsOf(store, snapshot);
      expect(await store.commit({ snapshot })).toEqual({ missing: [] });
      expect(await listAll(store.listEntries())).toEqual([]);
      expect(await store.commit({ entry: entryOf(snapshot) })).toEqual({ missing: [] });
      expect(await store.getEntry('hf@org/name')).toMatchObject({ fileCount: 2 });
    });

    test('with a guard that holds stores', async ({ store }) => {
      const change = await guardedChange(store);
      const leases = await store.acquireLeases(['a', 'b'], { owner: 'me', ttlMs: 60_000 });
      expect(await store.commit({ ...change, guard: leases })).toEqual({ missing: [] });
      expect(await store.getEntry('hf@org/name')).toBeDefined();
    });

    test('with a guard that does not hold fails whole with conflict', async ({ store }) => {
      const change = await guardedChange(store);
      const ttlMs = 60_000;
      const [good] = await store.acquireLeases(['good'], { owner: 'me', ttlMs });
      const [released] = await store.acquireLeases(['released'], { owner: 'me', ttlMs });
      await store.releaseLeases('me', ['released']);
      const [lost] = await store.acquireLeases(['lost'], { owner: 'me', ttlMs });
      await store.releaseLeases('me', ['lost']);
      await store.acquireLeases(['lost'], { owner: 'another', ttlMs });
      const bad = [
        { key: 'never granted', token: 1 },
        { key: 'good', token: (good?.token ?? 0) + 1 },
        { key: 'good', token: (good?.token ?? 0) - 1 },
        { key: 'released', token: released?.token ?? 0 },
        { key: 'lost', token: lost?.token ?? 0 },
      ];
      for (const lease of bad) {
        for (const guard of [[lease], [{ key: 'good', token: good?.token ?? 0 }, lease]]) {
          await expectCode(() => store.commit({ ...change, guard }), 'conflict');
        }
      }
      await expectEmpty(store);
    });

    test('of two halves of one snapshot at once keeps both', async ({ store, another }) => {
      const other = await another();
      for (let round = 0; round < 20; round += 1) {
        const [a, b] = [fileOf(`a-${round}`), fileOf(`b-${round}`)];
        const modelId = `org/halves-${round}`;
        const left = snapshotOf({ modelId, files: [a], omitted: [b] });
        const right = snapshotOf({ modelId, files: [b], omitted: [a] });
        await Promise.all([keep(store, left), keep(other, right)]);
        expect(await store.getSnapshot(modelId, left.commit)).toEqual(
          snapshotOf({ modelId, files: [a, b] }),
        );
      }
    });
  });
}

async function guardedChange(store: MetadataStore): Promise<StoreChange> {
  const snapshot = snapshotOf();
  await noteBlobsOf(store, snapshot);
  return { snapshot, entry: entryOf(snapshot) };
}

async function expectEmpty(store: MetadataStore): Promise<void> {
  expect(await listAll(store.listEntries())).toEqual([]);
  expect(await listAll(store.listSnapshots())).toEqual([]);
}
