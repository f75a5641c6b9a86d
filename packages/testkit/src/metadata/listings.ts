import { describe, expect } from 'vitest';
import { listAll } from '../suite/list-all.ts';
import { entryOf, fileOf, noteBlobsOf, snapshotOf, T0 } from './fixtures.ts';
import type { MetadataTest } from './metadata-test.ts';

export function describeListings(test: MetadataTest): void {
  describe('listings', () => {
    test(
      'of many entries stream, in order, and can be left and disturbed',
      async ({ store, many }) => {
        const files = [fileOf('shared')];
        await noteBlobsOf(store, snapshotOf({ files }));
        const ids = Array.from({ length: many }, (_, n) => `org-${n % 13}/model-${n}`);
        for (let start = 0; start < many; start += 100) {
          await Promise.all(
            ids.slice(start, start + 100).map((modelId) => {
              const snapshot = snapshotOf({ modelId, files });
              return store.commit({ snapshot, entry: entryOf(snapshot) });
            }),
          );
        }
        const keys: string[] = [];
        for await (const { key } of store.listEntries()) {
          if (keys.length % 1000 === 0) {
            await store.touchEntry(key, { lastUsed: T0, lastUsedBy: 'somebody' });
          }
          keys.push(key);
        }
        expect(keys).toEqual(ids.map((id) => `hf@${id}`).sort());
        for await (const { key } of store.listEntries()) {
          expect(key).toBe(keys[0]);
          break;
        }
        expect(await listAll(store.listSnapshots())).toHaveLength(many);
        for await (const { key } of store.listEntries()) {
          await store.removeEntry(key);
          if (key === keys[20]) break;
        }
        expect(await listAll(store.listSnapshots())).toHaveLength(many - 21);
      },
      { long: true },
    );

    test('of a store with nothing in it are empty', async ({ store }) => {
      expect(await listAll(store.listEntries())).toEqual([]);
      expect(await listAll(store.listSnapshots())).toEqual([]);
      expect(await listAll(store.listBlobs())).toEqual([]);
      expect(await store.listLeases('')).toEqual([]);
      expect(await listAll(store.listRecords('absent'))).toEqual([]);
    });
  });
}
