import { describe, expect } from 'vitest';
import { listAll } from '../suite/list-all.ts';
import { entryOf, fileOf, keep, oidOf, snapshotOf, T0 } from './fixtures.ts';
import type { MetadataTest } from './metadata-test.ts';

export function describeEntries(test: MetadataTest): void {
  describe('entries', () => {
    test('come back as they were stored, with the figures of their snapshot', async ({ store }) => {
      const snapshot = snapshotOf({
        files: [fileOf('a', { size: 5_000_000_000_001 }), fileOf('b', { size: 0 })],
        omitted: [fileOf('c', { size: 7 })],
      });
      const entry = entryOf(snapshot, {
        key: 'hf@org/name@refs/pr/1',
        revision: 'refs/pr/1',
        connection: 'intern \'quoted" ünï 😀',
        lastUsed: T0 + 5,
        lastUsedBy: 'Zoë O’Neill; DROP TABLE entries',
        pinned: true,
        metadata: {
          modelDefinition: { key: 'hf@org/name@refs/pr/1', extra: { deep: [1, null, 'x'] } },
          url: 'https://huggingface.co/org%2Fname/tree/main',
          version: 0,
          commitHash: null,
          tags: ['a', 'b"\\', 'nul \u0000', 'lone \ud800', '\u{1f600}'],
          unknown: { number: 1.5, large: Number.MAX_SAFE_INTEGER, nothing: null, text: '' },
          long: 'x'.repeat(100_000),
        },
      });
      await keep(store, snapshot, entry);
      const summary = {
        ...entry,
        sizeInBytes: 5_000_000_000_001,
        fileCount: 2,
        createdAt: snapshot.createdAt,
        complete: false,
      };
      expect(await store.getEntry(entry.key)).toEqual(summary);
      expect(await listAll(store.listEntries())).toEqual([summary]);
    });

    test('without optional fields come back without them', async ({ store }) => {
      const { key } = await keep(store, snapshotOf());
      const found = await store.getEntry(key);
      expect(found).toMatchObject({ complete: true, fileCount: 2, sizeInBytes: 2000 });
      for (const field of ['connection', 'lastUsed', 'lastUsedBy']) {
        expect(found).not.toHaveProperty(field);
      }
    });

    test('that are not there are undefined', async ({ store }) => {
      await keep(store, snapshotOf());
      for (const key of ['', 'hf@org', 'hf@org/nam_', 'hf@org/%', 'HF@ORG/NAME', 'hf@org/name@']) {
        expect(await store.getEntry(key), key).toBeUndefined();
      }
    });

    test('are listed by key in ascending order, by code unit', async ({ store }) => {
      const ids = ['b', 'B', 'a', 'a/b', 'a-b', 'a.b', 'a_b', 'aa/b', 'A/b', 'a/B', 'a/b-c', '0'];
      for (const modelId of ids) await keep(store, snapshotOf({ modelId }));
      const snapshot = snapshotOf({ modelId: 'a/b' });
      for (const revision of ['v1', 'V1', 'é', '~', '\uff5e', '\u{1f600}']) {
        await keep(store, snapshot, entryOf(snapshot, { key: `hf@a/b@${revision}`, revision }));
      }
      const keys = (await listAll(store.listEntries())).map(({ key }) => key);
      expect(keys).toHaveLength(ids.length + 6);
      expect(keys).toEqual([...keys].sort());
    });

    test('of one model are listed apart', async ({ store }) => {
      for (const modelId of ['org/name', 'org/name-2', 'org/nam_', 'ORG/NAME', 'org']) {
        await keep(store, snapshotOf({ modelId }));
      }
      const snapshot = snapshotOf();
      await keep(store, snapshot, entryOf(snapshot, { key: 'hf@org/name@v1', revision: 'v1' }));
      const keysOf = async (modelId: string): Promise<string[]> =>
        (await listAll(store.listEntries({ modelId }))).map(({ key }) => key);
      expect(await keysOf('org/name')).toEqual(['hf@org/name', 'hf@org/name@v1']);
      expect(await keysOf('org/nam_')).toEqual(['hf@org/nam_']);
      expect(await keysOf('org/%')).toEqual([]);
    });

    test('are replaced whole', async ({ store }) => {
      const first = snapshotOf();
      await keep(
        store,
        first,
        entryOf(first, { connection: 'old', pinned: true, lastUsed: T0, lastUsedBy: 'somebody' }),
      );
      const second = snapshotOf({ commit: oidOf('second'), files: [fileOf('other')] });
      const entry = await keep(
        store,
        second,
        entryOf(second, { downloadedBy: 'another', downloadDate: T0 + 1 }),
      );
      const summary = { ...entry, sizeInBytes: 1000, fileCount: 1, createdAt: T0, complete: true };
      expect(await store.getEntry(entry.key)).toEqual(summary);
      expect(await listAll(store.listEntries())).toEqual([summary]);
    });

    test('note their use', async ({ store }) => {
      const { key } = await keep(store, snapshotOf());
      const before = await store.getEntry(key);
      await store.touchEntry(key, { lastUsed: T0 + 1, lastUsedBy: 'first' });
      await store.touchEntry(key, { lastUsed: T0 + 2, lastUsedBy: 'second' });
      const touched = { ...before, lastUsed: T0 + 2, lastUsedBy: 'second' };
      expect(await store.getEntry(key)).toEqual(touched);
      await store.touchEntry('hf@absent', { lastUsed: T0, lastUsedBy: 'somebody' });
      expect(await listAll(store.listEntries())).toEqual([touched]);
    });

    test('are pinned and unpinned', async ({ store }) => {
      const { key } = await keep(store, snapshotOf());
      const other = await keep(store, snapshotOf({ modelId: 'other/name' }));
      const before = await store.getEntry(key);
      expect(await store.setPinned(key, true)).toBe(true);
      expect(await store.getEntry(key)).toEqual({ ...before, pinned: true });
      expect((await store.getEntry(other.key))?.pinned).toBe(false);
      expect(await store.setPinned(key, true)).toBe(true);
      expect(await store.setPinned(key, false)).toBe(true);
      expect(await store.getEntry(key)).toEqual(before);
      expect(await store.setPinned('hf@absent', true)).toBe(false);
    });

    test('are found by model id without case', async ({ store }) => {
      for (const modelId of ['Org/Name', 'oRG/nAME', 'org/nam_', 'org/name-2', 'name']) {
        await keep(store, snapshotOf({ modelId }));
      }
      const find = async (modelId: string): Promise<string[]> =>
        [...(await store.findModelIds(modelId))].sort();
      expect(await find('org/name')).toEqual(['Org/Name', 'oRG/nAME']);
      expect(await find('ORG/NAME-2')).toEqual(['org/name-2']);
      expect(await find('Org/Nam_')).toEqual(['org/nam_']);
      expect(await find('org/%')).toEqual([]);
      expect(await find('org')).toEqual([]);
    });
  });
}
