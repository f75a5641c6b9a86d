import type { MetadataStore } from '@modelkeep/core/spi';
import { describe, expect } from 'vitest';
import { expectReason } from '../suite/expect-failure.ts';
import { listAll } from '../suite/list-all.ts';
import { blobOf, digestOf, entryOf, keep, snapshotOf } from './fixtures.ts';
import type { MetadataTest } from './metadata-test.ts';

export function describeContract(test: MetadataTest): void {
  describe('contract', () => {
    test('is of version 1 and says what the store is', async ({ store }) => {
      expect(store.specificationVersion).toBe('v1');
      expect(store.name).not.toBe('');
    });

    test('rejects a call whose signal is aborted with its reason, and does nothing', async ({
      store,
    }) => {
      const snapshot = snapshotOf();
      const { key } = await keep(store, snapshot);
      const before = await store.getEntry(key);
      const reason = { why: 'the test ends it' };
      for (const call of everyCall(store, AbortSignal.abort(reason))) {
        await expectReason(call, reason);
      }
      expect(await store.getEntry(key)).toEqual(before);
      expect(await store.blobTotals()).toMatchObject({ count: 2 });
      expect(await store.listLeases('')).toEqual([]);
      expect(await listAll(store.listRecords('c'))).toEqual([]);
    });
  });
}

function everyCall(store: MetadataStore, signal: AbortSignal): (() => Promise<unknown>)[] {
  const snapshot = snapshotOf();
  const { modelId, commit } = snapshot;
  const key = 'hf@org/name';
  const entry = entryOf(snapshot, { downloadedBy: 'another' });
  const lease = { owner: 'me', ttlMs: 60_000 };
  return [
    () => store.now({ signal }),
    () => store.getEntry(key, { signal }),
    () => listAll(store.listEntries({ signal })),
    () => store.getSnapshot(modelId, commit, { signal }),
    () => listAll(store.listSnapshots(modelId, { signal })),
    () => store.findModelIds(modelId, { signal }),
    () => store.commit({ snapshot, entry }, { signal }),
    () => store.removeEntry(key, { signal }),
    () => store.removeSnapshot(modelId, commit, { signal }),
    () => store.setPinned(key, true, { signal }),
    () => store.touchEntry(key, { lastUsed: 1, lastUsedBy: 'me' }, { signal }),
    () => store.getBlobs([digestOf('a')], { signal }),
    () => store.findBlobs([digestOf('a')], { signal }),
    () => store.putBlobs([blobOf('a')], { signal }),
    () => listAll(store.listBlobs({ signal })),
    () => store.blobTotals({ signal }),
    () => store.sharedBlobs([digestOf('a')], modelId, { signal }),
    () => store.blobUsers([digestOf('a')], { signal }),
    () => store.storedBytes({ signal }),
    () => store.exclusiveBytes({ signal }),
    () => store.markDeleting([digestOf('a')], { signal, notedBefore: 0 }),
    () => store.forgetBlobs([digestOf('a')], { signal }),
    () => store.acquireLeases(['a'], lease, { signal }),
    () => store.renewLeases(lease, { signal }),
    () => store.releaseLeases('me', undefined, { signal }),
    () => store.expireLease('a', 1, { signal }),
    () => store.listLeases('', { signal }),
    () => store.leasedBytes('me', { signal }),
    () => store.listReservations('me', { signal }),
    () => store.getRecord('c', 'id', { signal }),
    () => store.putRecord('c', 'id', 1, { signal }),
    () => store.removeRecord('c', 'id', { signal }),
    () => listAll(store.listRecords('c', { signal })),
  ];
}
