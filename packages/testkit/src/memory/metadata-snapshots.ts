import {
  type Digest,
  type Entry,
  type EntrySummary,
  ModelkeepError,
  type RemovedSnapshot,
  type Snapshot,
  type SnapshotFile,
  type StoreChange,
} from '@modelkeep/core/spi';
import { byCodeUnit, type MemoryMetadataData, snapshotKey } from './metadata-data.ts';

/** Two records of one commit as one: a file that either keeps is kept. */
function mergeSnapshots(stored: Snapshot | undefined, added: Snapshot): Snapshot {
  const kept = byPath([...(stored?.files ?? []), ...added.files]);
  const omitted = byPath([...(stored?.omitted ?? []), ...added.omitted]);
  return {
    ...(stored ?? added),
    files: [...kept.values()].sort((a, b) => byCodeUnit(a.path, b.path)),
    omitted: [...omitted.values()]
      .filter((file) => !kept.has(file.path))
      .sort((a, b) => byCodeUnit(a.path, b.path)),
  };
}

function byPath(files: readonly SnapshotFile[]): Map<string, SnapshotFile> {
  return new Map(files.map((file) => [file.path, file]));
}

export function summarize(data: MemoryMetadataData, entry: Entry): EntrySummary {
  const snapshot = data.snapshots.get(snapshotKey(entry.modelId, entry.commit));
  const files = snapshot?.files ?? [];
  return {
    ...structuredClone(entry),
    sizeInBytes: files.reduce((sum, file) => sum + file.size, 0),
    fileCount: files.length,
    createdAt: snapshot?.createdAt ?? 0,
    complete: snapshot?.omitted.length === 0,
  };
}

/** Carries out a change, or returns the digests that it lacks. */
export function commitChange(
  data: MemoryMetadataData,
  { snapshot, entry, guard = [] }: StoreChange,
): readonly Digest[] {
  for (const { key, token } of guard) {
    const lease = data.leases.get(key);
    if (lease?.owner === undefined || lease.token !== token) {
      throw new ModelkeepError('conflict', `The lease ${key} is no longer held`);
    }
  }
  const missing = (snapshot?.files ?? [])
    .map((file) => file.digest)
    .filter((digest) => digest !== undefined)
    .filter((digest) => data.blobs.get(digest)?.deleting !== false);
  if (missing.length > 0) return [...new Set(missing)];
  if (snapshot !== undefined) {
    const key = snapshotKey(snapshot.modelId, snapshot.commit);
    data.snapshots.set(key, mergeSnapshots(data.snapshots.get(key), structuredClone(snapshot)));
  }
  if (entry !== undefined) {
    if (!data.snapshots.has(snapshotKey(entry.modelId, entry.commit))) {
      throw new ModelkeepError('conflict', `The snapshot that ${entry.key} points at is not kept`);
    }
    data.entries.set(entry.key, structuredClone(entry));
  }
  return [];
}

/** Removes an entry and the snapshots of its model that no other entry points at. */
export function removeEntryOf(
  data: MemoryMetadataData,
  key: string,
): readonly RemovedSnapshot[] | undefined {
  const entry = data.entries.get(key);
  if (entry === undefined) return undefined;
  data.entries.delete(key);
  const removed = [...data.snapshots.values()]
    .filter(({ modelId }) => modelId === entry.modelId)
    .filter(({ modelId, commit }) => !isPointedAt(data, modelId, commit))
    .map(({ modelId, commit }) => ({ modelId, commit }));
  for (const { modelId, commit } of removed) data.snapshots.delete(snapshotKey(modelId, commit));
  return removed;
}

export function isPointedAt(data: MemoryMetadataData, modelId: string, commit: string): boolean {
  return [...data.entries.values()].some(
    (entry) => entry.modelId === modelId && entry.commit === commit,
  );
}

/** Digests that some snapshot refers to. */
export function referencedDigests(data: MemoryMetadataData): Set<Digest> {
  const digests = new Set<Digest>();
  for (const { files } of data.snapshots.values()) {
    for (const { digest } of files) if (digest !== undefined) digests.add(digest);
  }
  return digests;
}
