import type { MetadataSubject } from '../metadata/metadata-test.ts';
import type { BrokenFake } from './broken-fake.ts';
import { brokenMetadata } from './broken-metadata-store.ts';

export const BROKEN_BLOBS: readonly BrokenFake<MetadataSubject>[] = [
  brokenMetadata(
    'marks blobs that are referred to',
    'deletion of blobs > spares a blob that a snapshot refers to',
    (store) => ({
      async markDeleting(digests, call) {
        const snapshots = new Map(store.data.snapshots);
        store.data.snapshots.clear();
        const marked = await store.markDeleting(digests, call);
        for (const [key, snapshot] of snapshots) store.data.snapshots.set(key, snapshot);
        return marked;
      },
    }),
  ),
  brokenMetadata(
    'marks blobs of any age',
    'deletion of blobs > spares a blob that was noted lately, by the store’s own clock',
    (store) => ({
      markDeleting: (digests, call) =>
        store.markDeleting(digests, { ...call, notedBefore: Number.POSITIVE_INFINITY }),
    }),
  ),
  brokenMetadata(
    'leaves a digest without a record unmarked',
    'deletion of blobs > marks a digest without a record, so that nobody stores it meanwhile',
    (store) => ({
      async markDeleting(digests, call) {
        const known = digests.filter((digest) => store.data.blobs.has(digest));
        return await store.markDeleting(known, call);
      },
    }),
  ),
  brokenMetadata(
    'notes a blob that is being deleted',
    'deletion of blobs > hides what is marked and refuses to note it, until it is forgotten',
    (store) => ({
      async putBlobs(blobs, call) {
        for (const { digest } of blobs) {
          if (store.data.blobs.get(digest)?.forgotten === undefined)
            store.data.blobs.delete(digest);
        }
        return await store.putBlobs(blobs, call);
      },
    }),
  ),
  brokenMetadata(
    'forgets any blob',
    'deletion of blobs > forgets only what was marked',
    (store) => ({
      async forgetBlobs(digests, call) {
        await store.now(call);
        for (const digest of digests) store.data.blobs.delete(digest);
      },
    }),
  ),
  brokenMetadata(
    'forgets that it forgot',
    'deletion of blobs > refuses what was forgotten after the token by which it was stored, and shows nothing of it',
    (store) => ({
      async forgetBlobs(digests, call) {
        await store.now(call);
        for (const digest of digests) {
          if (store.data.blobs.get(digest)?.deleting === true) store.data.blobs.delete(digest);
        }
      },
    }),
  ),
  brokenMetadata(
    'keeps the token of what was forgotten when it is marked again',
    'deletion of blobs > marks again what was forgotten',
    (store) => ({
      async markDeleting(digests, call) {
        const before = new Map(store.data.blobs);
        const marked = await store.markDeleting(digests, call);
        for (const digest of marked) {
          const forgotten = before.get(digest)?.forgotten;
          const blob = store.data.blobs.get(digest);
          if (blob !== undefined && forgotten !== undefined)
            store.data.blobs.set(digest, { ...blob, forgotten });
        }
        return marked;
      },
    }),
  ),
  brokenMetadata(
    'counts a model’s own older snapshot as another model',
    'blobs > shared with another model are told from those of one model alone',
    (store) => ({ sharedBlobs: (digests, _modelId, call) => store.sharedBlobs(digests, '', call) }),
  ),
  brokenMetadata(
    'tells one snapshot of those that keep a blob',
    'blobs > tell which snapshots keep them',
    (store) => ({
      async blobUsers(digests, call) {
        const users = await store.blobUsers(digests, call);
        return new Map([...users].map(([digest, all]) => [digest, all.slice(0, 1)]));
      },
    }),
  ),
  brokenMetadata(
    'counts what came through any connection',
    'sizes > of what came through a connection count each content once',
    (store) => ({
      storedBytes: (call) => store.storedBytes(call?.signal && { signal: call.signal }),
    }),
  ),
  brokenMetadata(
    'knows of no content that a snapshot has alone',
    'sizes > of contents that one snapshot has alone are told for each',
    (store) => ({
      async exclusiveBytes(call) {
        await store.now(call);
        return [];
      },
    }),
  ),
];
