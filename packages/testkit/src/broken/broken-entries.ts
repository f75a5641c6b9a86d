import { snapshotKey } from '../memory/metadata-data.ts';
import type { MetadataSubject } from '../metadata/metadata-test.ts';
import { listAll } from '../suite/list-all.ts';
import type { BrokenFake } from './broken-fake.ts';
import { brokenMetadata } from './broken-metadata-store.ts';

export const BROKEN_ENTRIES: readonly BrokenFake<MetadataSubject>[] = [
  brokenMetadata(
    'keeps only the fields that it knows',
    'entries > come back as they were stored, with the figures of their snapshot',
    (store) => ({
      async commit(change, call) {
        if (change.entry === undefined) return await store.commit(change, call);
        const { modelDefinition, url, version } = change.entry.metadata;
        const entry = { ...change.entry, metadata: { modelDefinition, url, version } };
        return await store.commit({ ...change, entry }, call);
      },
    }),
  ),
  brokenMetadata(
    'sorts without case',
    'entries > are listed by key in ascending order, by code unit',
    (store) => ({
      async *listEntries(call) {
        const entries = await listAll(store.listEntries(call));
        yield* entries.sort((a, b) => (a.key.toLowerCase() < b.key.toLowerCase() ? -1 : 1));
      },
    }),
  ),
  brokenMetadata(
    'finds ids by a pattern',
    'entries > are found by model id without case',
    (store) => ({
      async findModelIds(modelId, call) {
        await store.now(call);
        const pattern = modelId.replaceAll('_', '.').replaceAll('%', '.*');
        const ids = new Set([...store.data.snapshots.values()].map((snapshot) => snapshot.modelId));
        return [...ids].filter((id) => new RegExp(`^${pattern}$`, 'i').test(id));
      },
    }),
  ),
  brokenMetadata('loses a pin at each use', 'entries > are pinned and unpinned', (store) => ({
    setPinned: async (key, _pinned, call) => await store.setPinned(key, false, call),
  })),
  brokenMetadata(
    'puts a new snapshot in the place of the old',
    'snapshots > of one commit are merged: a file once kept stays kept',
    (store) => ({
      async commit(change, call) {
        const { missing } = await store.commit(change, call);
        const { snapshot } = change;
        if (snapshot !== undefined && missing.length === 0) {
          store.data.snapshots.set(snapshotKey(snapshot.modelId, snapshot.commit), snapshot);
        }
        return { missing };
      },
    }),
  ),
  brokenMetadata(
    'loads 1,000 files at most',
    'snapshots > may have thousands of files',
    (store) => ({
      async getSnapshot(modelId, commit, call) {
        const snapshot = await store.getSnapshot(modelId, commit, call);
        return snapshot && { ...snapshot, files: snapshot.files.slice(0, 1000) };
      },
    }),
  ),
  brokenMetadata(
    'removes a snapshot that another entry shares',
    'removal > of an entry keeps a snapshot that another entry shares',
    (store) => ({
      async removeEntry(key, call) {
        const entry = await store.getEntry(key, call);
        const removed = await store.removeEntry(key, call);
        if (entry !== undefined) {
          store.data.snapshots.delete(snapshotKey(entry.modelId, entry.commit));
        }
        return removed;
      },
    }),
  ),
  brokenMetadata(
    'keeps the snapshots of older pulls',
    'removal > of an entry takes the snapshots that no other entry points at',
    (store) => ({
      async removeEntry(key, call) {
        const entry = await store.getEntry(key, call);
        const old = [...store.data.snapshots].filter(
          ([, snapshot]) => snapshot.commit !== entry?.commit,
        );
        const removed = await store.removeEntry(key, call);
        for (const [id, snapshot] of old) store.data.snapshots.set(id, snapshot);
        return removed;
      },
    }),
  ),
];
