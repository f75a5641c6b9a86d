import type { Digest, MetadataStore } from '@modelkeep/core/spi';
import { describe, expect } from 'vitest';
import { listAll } from '../suite/list-all.ts';
import {
  blobOf,
  digestOf,
  fileOf,
  keep,
  laterThan,
  newToken,
  noteBlobsOf,
  snapshotOf,
} from './fixtures.ts';
import type { MetadataTest } from './metadata-test.ts';

const ANY_AGE = Number.MAX_SAFE_INTEGER;
const A: Digest = digestOf('a');

export function describeDeletions(test: MetadataTest): void {
  describe('deletion of blobs', () => {
    test('spares a blob that a snapshot refers to', async ({ store }) => {
      await keep(store, snapshotOf({ files: [fileOf('a')] }));
      await store.putBlobs([blobOf('b')]);
      const marked = await store.markDeleting([A, digestOf('b')], { notedBefore: ANY_AGE });
      expect(marked).toEqual([digestOf('b')]);
      expect((await store.getBlobs([A])).has(A)).toBe(true);
    });

    test('spares a blob that was noted lately, by the store’s own clock', async ({ store }) => {
      const before = await store.now();
      await store.putBlobs([blobOf('a', { verifiedAt: 0 })]);
      expect(await store.markDeleting([A], { notedBefore: before })).toEqual([]);
      const after = await laterThan(store, await store.now());
      expect(await store.markDeleting([A], { notedBefore: after })).toEqual([A]);
    });

    test('counts a blob’s age from when it was noted last', async ({ store }) => {
      await store.putBlobs([blobOf('a')]);
      const between = await laterThan(store, await store.now());
      await laterThan(store, between);
      await store.putBlobs([blobOf('a')]);
      expect(await store.markDeleting([A], { notedBefore: between })).toEqual([]);
      expect((await store.getBlobs([A])).has(A)).toBe(true);
    });

    test('hides what is marked and refuses to note it, until it is forgotten', async ({
      store,
    }) => {
      await store.putBlobs([blobOf('a'), blobOf('b')]);
      expect(await store.markDeleting([A], { notedBefore: ANY_AGE })).toEqual([A]);
      await expectMarked(store);
      expect(await store.putBlobs([blobOf('a'), blobOf('c')])).toEqual([A]);
      await expectMarked(store);
      expect((await store.getBlobs([digestOf('c')])).size).toBe(1);
      await store.forgetBlobs([A]);
      expect((await listAll(store.listBlobs())).map(({ digest }) => digest)).not.toContain(A);
      const since = await newToken(store);
      expect(await store.putBlobs([blobOf('a')], { since })).toEqual([]);
      expect((await store.getBlobs([A])).get(A)).toEqual(blobOf('a'));
      const listed = await listAll(store.listBlobs());
      expect(listed.filter(({ digest }) => digest === A)).toMatchObject([{ deleting: false }]);
      expect(await store.putBlobs([blobOf('a')])).toEqual([]);
    });

    test('refuses what was forgotten after the token by which it was stored, and shows nothing of it', async ({
      store,
      another,
    }) => {
      const other = await another();
      const first = await newToken(store);
      await store.putBlobs([blobOf('a'), blobOf('b')]);
      await other.markDeleting([A], { notedBefore: ANY_AGE });
      const meanwhile = await newToken(store);
      await other.forgetBlobs([A]);
      for (const options of [{}, { since: first }, { since: meanwhile }])
        expect(await store.putBlobs([blobOf('b'), blobOf('a')], options)).toEqual([A]);
      expect((await store.getBlobs([A])).size).toBe(0);
      expect((await store.findBlobs([blobOf('a').gitOid ?? ''])).size).toBe(0);
      expect((await listAll(store.listBlobs())).map(({ digest }) => digest)).toEqual([
        digestOf('b'),
      ]);
      expect(await store.blobTotals()).toMatchObject({ count: 1, bytes: 1000 });
      expect(await store.storedBytes()).toBe(1000);
      const snapshot = snapshotOf({ files: [fileOf('a')] });
      expect(await store.commit({ snapshot })).toEqual({ missing: [A] });
      expect(await store.putBlobs([blobOf('a')], { since: await newToken(store) })).toEqual([]);
      expect((await store.getBlobs([A])).has(A)).toBe(true);
    });

    test('marks again what was forgotten', async ({ store }) => {
      await store.markDeleting([A], { notedBefore: ANY_AGE });
      await store.forgetBlobs([A]);
      const since = await newToken(store);
      expect(await store.markDeleting([A], { notedBefore: 0 })).toEqual([A]);
      expect(await store.putBlobs([blobOf('a')], { since })).toEqual([A]);
      await store.forgetBlobs([A]);
      expect(await store.putBlobs([blobOf('a')], { since })).toEqual([A]);
      expect(await store.putBlobs([blobOf('a')], { since: await newToken(store) })).toEqual([]);
    });

    test('marks a digest without a record, so that nobody stores it meanwhile', async ({
      store,
    }) => {
      expect(await store.markDeleting([A], { notedBefore: 0 })).toEqual([A]);
      expect(await listAll(store.listBlobs())).toMatchObject([{ digest: A, deleting: true }]);
      expect(await store.putBlobs([blobOf('a')])).toEqual([A]);
      await store.forgetBlobs([A]);
      expect(await store.putBlobs([blobOf('a')], { since: await newToken(store) })).toEqual([]);
    });

    test('forgets only what was marked', async ({ store }) => {
      await store.putBlobs([blobOf('a')]);
      await store.forgetBlobs([A, digestOf('absent')]);
      expect((await store.getBlobs([A])).has(A)).toBe(true);
    });

    test('and a commit at the same time: one of them gets the blob', async ({ store, another }) => {
      const other = await another();
      for (let round = 0; round < 50; round += 1) {
        const file = fileOf(`raced-${round}`);
        const snapshot = snapshotOf({ modelId: `org/raced-${round}`, files: [file] });
        await noteBlobsOf(store, snapshot);
        const digests = [file.digest ?? ''];
        const commit = (): Promise<unknown> => store.commit({ snapshot });
        const mark = (): Promise<unknown> => other.markDeleting(digests, { notedBefore: ANY_AGE });
        await Promise.all(round % 2 === 0 ? [commit(), mark()] : [mark(), commit()]);
        const kept = (await store.getSnapshot(snapshot.modelId, snapshot.commit)) !== undefined;
        const there = (await store.getBlobs(digests)).size === 1;
        expect({ kept, there }, `round ${round}`).toEqual({ kept, there: kept });
      }
    });
  });
}

async function expectMarked(store: MetadataStore): Promise<void> {
  expect((await store.getBlobs([A])).size).toBe(0);
  expect((await store.findBlobs([blobOf('a').gitOid ?? ''])).size).toBe(0);
  const listed = await listAll(store.listBlobs());
  expect(listed.filter(({ deleting }) => deleting).map(({ digest }) => digest)).toEqual([A]);
}
