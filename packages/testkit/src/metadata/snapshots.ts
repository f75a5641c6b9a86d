import { describe, expect } from 'vitest';
import { listAll } from '../suite/list-all.ts';
import { blobOf, digestOf, entryOf, fileOf, keep, oidOf, snapshotOf, T0 } from './fixtures.ts';
import type { MetadataTest } from './metadata-test.ts';

const HOSTILE_PATHS = [
  'a b/c',
  'README.md',
  'readme.md',
  'caf\u00e9',
  'cafe\u0301',
  'quote\'"`;--',
  'back\\slash',
  'new\nline\ttab',
  'percent%_',
  '\uff5e',
  '\u{1f600}',
  '-rf',
  '__proto__',
  'x'.repeat(1024),
];

export function describeSnapshots(test: MetadataTest): void {
  describe('snapshots', () => {
    test('come back as they were stored, whatever their paths', async ({ store }) => {
      const snapshot = snapshotOf({
        derived: true,
        files: HOSTILE_PATHS.map((path, index) =>
          fileOf(path, { size: index, lfs: index % 2 === 0, gitOid: oidOf(path) }),
        ),
        omitted: [
          { path: 'never fetched', size: 5, gitOid: oidOf('never'), lfs: false },
          fileOf('left out', { size: 6_000_000_000_000 }),
        ],
      });
      await keep(store, snapshot);
      expect(await store.getSnapshot(snapshot.modelId, snapshot.commit)).toEqual(snapshot);
    });

    test('that are not there are undefined', async ({ store }) => {
      const { modelId, commit } = snapshotOf();
      await keep(store, snapshotOf());
      expect(await store.getSnapshot(modelId, oidOf('other'))).toBeUndefined();
      expect(await store.getSnapshot('org/other', commit)).toBeUndefined();
      expect(await store.getSnapshot(modelId.toUpperCase(), commit)).toBeUndefined();
    });

    test('may have thousands of files', async ({ store, many }) => {
      const files = Array.from({ length: many }, (_, index) =>
        fileOf(`folder-${index % 10}/file-${index}`, { size: index }),
      );
      const snapshot = snapshotOf({ files });
      const { key } = await keep(store, snapshot);
      const found = await store.getSnapshot(snapshot.modelId, snapshot.commit);
      expect(found?.files).toHaveLength(many);
      expect(found).toEqual(snapshot);
      expect(await store.getEntry(key)).toMatchObject({ fileCount: many });
    });

    test('of one commit are merged: a file once kept stays kept', async ({ store }) => {
      const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((path) => fileOf(path)) as [
        ReturnType<typeof fileOf>,
        ReturnType<typeof fileOf>,
        ReturnType<typeof fileOf>,
        ReturnType<typeof fileOf>,
      ];
      await keep(store, snapshotOf({ files: [b, d], omitted: [a, c], createdAt: T0 }));
      const second = snapshotOf({ files: [c], omitted: [a, b, d], createdAt: T0 + 9 });
      const { key } = await keep(store, second);
      const merged = snapshotOf({ files: [b, c, d], omitted: [a], createdAt: T0 });
      expect(await store.getSnapshot(merged.modelId, merged.commit)).toEqual(merged);
      expect(await store.getEntry(key)).toMatchObject({
        fileCount: 3,
        createdAt: T0,
        complete: false,
      });
      await keep(store, snapshotOf({ files: [a], omitted: [b, c, d], createdAt: T0 + 10 }));
      const whole = snapshotOf({ files: [a, b, c, d], createdAt: T0 });
      expect(await store.getSnapshot(whole.modelId, whole.commit)).toEqual(whole);
      expect(await store.getEntry(key)).toMatchObject({ fileCount: 4, complete: true });
    });

    test('that were omitted hold no blob, and take the facts of the fetch', async ({ store }) => {
      const listed = { path: 'a', size: 1000, gitOid: oidOf('a'), lfs: false };
      await keep(store, snapshotOf({ files: [fileOf('b')], omitted: [listed] }));
      const fetched = { ...listed, digest: digestOf('a') };
      await store.putBlobs([blobOf('a')]);
      const referenced = async (): Promise<boolean | undefined> =>
        (await listAll(store.listBlobs())).find(({ digest }) => digest === digestOf('a'))
          ?.referenced;
      expect(await referenced()).toBe(false);
      await keep(store, snapshotOf({ files: [fetched], omitted: [fileOf('b')] }));
      const whole = snapshotOf({ files: [fetched, fileOf('b')] });
      expect(await store.getSnapshot(whole.modelId, whole.commit)).toEqual(whole);
      expect(await referenced()).toBe(true);
    });

    test('of several models with one commit are apart', async ({ store }) => {
      const one = snapshotOf({ modelId: 'org/one', files: [fileOf('one')] });
      const two = snapshotOf({ modelId: 'org/two', files: [fileOf('two')] });
      await keep(store, one);
      await keep(store, two);
      expect(await store.getSnapshot('org/one', one.commit)).toEqual(one);
      expect(await store.getSnapshot('org/two', two.commit)).toEqual(two);
    });

    test('of one model are listed newest first, and of all models', async ({ store }) => {
      const times = [3, 1, 5, 4, 2];
      for (const time of times) {
        const snapshot = snapshotOf({ commit: oidOf(time), createdAt: T0 + time });
        await keep(store, snapshot, entryOf(snapshot, { key: `hf@org/name@${time}` }));
      }
      await keep(store, snapshotOf({ modelId: 'org/other', createdAt: T0 }));
      const listed = await listAll(store.listSnapshots('org/name'));
      expect(listed).toEqual(
        [5, 4, 3, 2, 1].map((time) => ({
          modelId: 'org/name',
          commit: oidOf(time),
          createdAt: T0 + time,
        })),
      );
      expect(await listAll(store.listSnapshots('org/nam_'))).toEqual([]);
      const all = await listAll(store.listSnapshots());
      expect(all.map(({ modelId, createdAt }) => `${modelId} ${createdAt - T0}`).sort()).toEqual([
        'org/name 1',
        'org/name 2',
        'org/name 3',
        'org/name 4',
        'org/name 5',
        'org/other 0',
      ]);
    });
  });
}
