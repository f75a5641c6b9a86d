import { describe, expect } from 'vitest';
import { listAll } from '../suite/list-all.ts';
import { blobOf, digestOf, fileOf, keep, oidOf, snapshotOf, T0 } from './fixtures.ts';
import type { MetadataTest } from './metadata-test.ts';

export function describeBlobs(test: MetadataTest): void {
  describe('blobs', () => {
    test('come back as they were noted, by digest and by git blob id', async ({ store }) => {
      const large = blobOf('large', { size: 5_000_000_000_001, receipt: 'ünï "quoted" \\' });
      const { gitOid: _, ...plain } = blobOf('plain', { size: 0 });
      expect(await store.putBlobs([large, plain])).toEqual([]);
      const found = await store.getBlobs([large.digest, digestOf('absent'), plain.digest]);
      expect(new Map(found)).toEqual(
        new Map([
          [large.digest, large],
          [plain.digest, plain],
        ]),
      );
      expect(found.get(plain.digest)).not.toHaveProperty('gitOid');
      expect(new Map(await store.findBlobs([oidOf('large'), oidOf('plain')]))).toEqual(
        new Map([[oidOf('large'), large]]),
      );
    });

    test('are replaced', async ({ store }) => {
      await store.putBlobs([blobOf('a')]);
      const renewed = blobOf('a', { receipt: 'another', verifiedAt: T0 + 1, gitOid: oidOf('b') });
      await store.putBlobs([renewed]);
      expect((await store.getBlobs([renewed.digest])).get(renewed.digest)).toEqual(renewed);
      expect((await store.findBlobs([oidOf('a')])).size).toBe(0);
      expect((await store.findBlobs([oidOf('b')])).get(oidOf('b'))).toEqual(renewed);
      expect(await store.blobTotals()).toMatchObject({ count: 1, bytes: 1000 });
    });

    test('may be none, or many thousand in one call', async ({ store, many }) => {
      expect(await store.putBlobs([])).toEqual([]);
      expect((await store.getBlobs([])).size).toBe(0);
      expect((await store.findBlobs([])).size).toBe(0);
      expect(await store.markDeleting([], { notedBefore: Number.MAX_SAFE_INTEGER })).toEqual([]);
      await store.forgetBlobs([]);
      const blobs = Array.from({ length: many }, (_, index) => blobOf(index, { size: index }));
      expect(await store.putBlobs(blobs)).toEqual([]);
      const digests = blobs.map(({ digest }) => digest);
      const found = await store.getBlobs([...digests, digestOf('absent')]);
      expect(found.size).toBe(many);
      expect(found.get(digestOf(777))).toEqual(blobOf(777, { size: 777 }));
      const byOid = await store.findBlobs(blobs.map(({ gitOid = '' }) => gitOid));
      expect(byOid.size).toBe(many);
      const options = { notedBefore: Number.MAX_SAFE_INTEGER };
      expect(await store.markDeleting(digests, options)).toHaveLength(many);
      await store.forgetBlobs(digests);
      expect(await listAll(store.listBlobs())).toEqual([]);
    });

    test('are counted and listed with who refers to them', async ({ store }) => {
      const shared = fileOf('shared', { size: 100 });
      await keep(store, snapshotOf({ files: [shared, fileOf('own', { size: 10 })] }));
      await keep(store, snapshotOf({ modelId: 'org/other', files: [shared] }));
      await store.putBlobs([blobOf('nobody', { size: 1 }), blobOf('going', { size: 5 })]);
      await store.markDeleting([digestOf('going')], { notedBefore: Number.MAX_SAFE_INTEGER });
      const listed = new Map(
        (await listAll(store.listBlobs())).map(({ digest, deleting, referenced, size }) => [
          digest,
          { deleting, referenced, size },
        ]),
      );
      expect(listed).toEqual(
        new Map([
          [digestOf('shared'), { deleting: false, referenced: true, size: 100 }],
          [digestOf('own'), { deleting: false, referenced: true, size: 10 }],
          [digestOf('nobody'), { deleting: false, referenced: false, size: 1 }],
          [digestOf('going'), { deleting: true, referenced: false, size: 5 }],
        ]),
      );
      expect(await store.blobTotals()).toEqual({
        count: 4,
        bytes: 116,
        referencedCount: 2,
        referencedBytes: 110,
      });
    });

    test('shared with another model are told from those of one model alone', async ({ store }) => {
      const [own, shared] = [fileOf('own'), fileOf('shared')];
      const old = { commit: oidOf('old'), files: [own, shared] };
      await keep(store, snapshotOf(old));
      await keep(store, snapshotOf({ files: [own] }));
      await keep(store, snapshotOf({ modelId: 'org/other', files: [shared], omitted: [own] }));
      const digests = [digestOf('own'), digestOf('shared'), digestOf('absent')];
      expect([...(await store.sharedBlobs(digests, 'org/name'))]).toEqual([digestOf('shared')]);
      expect([...(await store.sharedBlobs([digestOf('own')], 'org/name'))]).toEqual([]);
      expect((await store.sharedBlobs(digests, 'org/third')).size).toBe(2);
      expect((await store.sharedBlobs([], 'org/name')).size).toBe(0);
    });

    test('tell which snapshots keep them', async ({ store }) => {
      const [own, shared] = [fileOf('own'), fileOf('shared')];
      const twice = { ...own, path: 'copy' };
      await keep(store, snapshotOf({ commit: oidOf('old'), files: [own, shared, twice] }));
      await keep(store, snapshotOf({ commit: oidOf('new'), files: [own] }));
      await keep(store, snapshotOf({ modelId: 'org/other', files: [shared], omitted: [own] }));
      const digests = [digestOf('own'), digestOf('shared'), digestOf('absent')];
      const users = await store.blobUsers(digests);
      const named = (digest: string): string[] =>
        (users.get(digest) ?? []).map(({ modelId, commit }) => `${modelId} ${commit}`).sort();
      expect(named(digestOf('own'))).toEqual(
        [`org/name ${oidOf('new')}`, `org/name ${oidOf('old')}`].sort(),
      );
      expect(named(digestOf('shared')).map((user) => user.split(' ')[0])).toEqual([
        'org/name',
        'org/other',
      ]);
      expect(users.has(digestOf('absent'))).toBe(false);
      expect((await store.blobUsers([])).size).toBe(0);
    });

    test('of an empty store count nothing', async ({ store }) => {
      const nothing = { count: 0, bytes: 0, referencedCount: 0, referencedBytes: 0 };
      expect(await store.blobTotals()).toEqual(nothing);
    });
  });
}
