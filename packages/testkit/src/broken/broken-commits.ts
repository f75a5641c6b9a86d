import type { MetadataSubject } from '../metadata/metadata-test.ts';
import type { BrokenFake } from './broken-fake.ts';
import { brokenMetadata, tick } from './broken-metadata-store.ts';

export const BROKEN_COMMITS: readonly BrokenFake<MetadataSubject>[] = [
  brokenMetadata(
    'does not look for missing blobs',
    'commit > stores nothing and names the blobs that are missing',
    (store) => ({
      async commit(change, call) {
        await store.now(call);
        const blobs = new Map(store.data.blobs);
        for (const { digest = '', size } of change.snapshot?.files ?? []) {
          const record = { digest, size, receipt: '', verifiedAt: 0 };
          store.data.blobs.set(digest, { record, notedAt: 0, deleting: false });
        }
        const result = await store.commit(change, call);
        store.data.blobs.clear();
        for (const [digest, blob] of blobs) store.data.blobs.set(digest, blob);
        return result;
      },
    }),
  ),
  brokenMetadata(
    'stores the entry though blobs are missing',
    'commit > leaves what was there as it was when blobs are missing',
    (store) => ({
      async commit(change, call) {
        const result = await store.commit(change, call);
        if (change.entry !== undefined) store.data.entries.set(change.entry.key, change.entry);
        return result;
      },
    }),
  ),
  brokenMetadata(
    'ignores guards',
    'commit > with a guard that does not hold fails whole with conflict',
    (store) => ({
      commit: ({ guard: _, ...change }, call) => store.commit(change, call),
    }),
  ),
  brokenMetadata(
    'looks for blobs first and stores later',
    'deletion of blobs > and a commit at the same time: one of them gets the blob',
    (store) => ({
      async commit(change, call) {
        const digests = (change.snapshot?.files ?? []).map(({ digest = '' }) => digest);
        const kept = digests.map((digest) => [digest, store.data.blobs.get(digest)] as const);
        await tick();
        const meanwhile = digests.map((digest) => [digest, store.data.blobs.get(digest)] as const);
        for (const [digest, blob] of kept) if (blob) store.data.blobs.set(digest, blob);
        const result = await store.commit(change, call);
        for (const [digest, blob] of meanwhile) if (blob) store.data.blobs.set(digest, blob);
        return result;
      },
    }),
  ),
];
