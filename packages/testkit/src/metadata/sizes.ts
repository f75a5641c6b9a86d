import { describe, expect } from 'vitest';
import { blobOf, entryOf, fileOf, keep, oidOf, snapshotOf } from './fixtures.ts';
import type { MetadataTest } from './metadata-test.ts';

export function describeSizes(test: MetadataTest): void {
  describe('sizes', () => {
    test('of all blobs are summed, whoever refers to them', async ({ store }) => {
      expect(await store.storedBytes()).toBe(0);
      await keep(store, snapshotOf({ files: [fileOf('a', { size: 5_000_000_000_000 })] }));
      await store.putBlobs([blobOf('nobody', { size: 1 })]);
      expect(await store.storedBytes()).toBe(5_000_000_000_001);
    });

    test('of what came through a connection count each content once', async ({ store }) => {
      const [shared, copy] = [fileOf('shared', { size: 100 }), fileOf('own', { size: 10 })];
      const files = [shared, copy, { ...copy, path: 'copy' }];
      const first = snapshotOf({ files, omitted: [fileOf('absent', { size: 7 })] });
      await keep(store, first, entryOf(first, { connection: 'hub' }));
      const second = snapshotOf({ modelId: 'org/other', files: [shared] });
      await keep(store, second, entryOf(second, { connection: 'hub' }));
      const third = snapshotOf({ modelId: 'org/third', files: [shared, fileOf('third')] });
      await keep(store, third, entryOf(third, { connection: 'mirror' }));
      await keep(store, snapshotOf({ modelId: 'org/import', files: [fileOf('import')] }));
      expect(await store.storedBytes({ connection: 'hub' })).toBe(110);
      expect(await store.storedBytes({ connection: 'mirror' })).toBe(1100);
      expect(await store.storedBytes({ connection: 'another' })).toBe(0);
    });

    test('of contents that one snapshot has alone are told for each', async ({ store }) => {
      expect(await store.exclusiveBytes()).toEqual([]);
      const shared = fileOf('shared', { size: 100 });
      const own = fileOf('own', { size: 10 });
      const files = [shared, own, { ...own, path: 'copy' }];
      await keep(store, snapshotOf({ files }));
      // An older commit of the same model is another snapshot, and what it left out is not its own.
      const old = { commit: oidOf('old'), createdAt: 1 };
      await keep(store, snapshotOf({ ...old, files: [shared], omitted: [own] }));
      await keep(store, snapshotOf({ modelId: 'org/other', files: [shared, fileOf('other')] }));
      const found = await store.exclusiveBytes();
      expect(found.map(({ modelId, bytes }) => `${modelId} ${bytes}`).sort()).toEqual([
        'org/name 10',
        'org/other 1000',
      ]);
      expect(found.find(({ modelId }) => modelId === 'org/name')?.commit).toBe(oidOf('commit'));
    });
  });
}
