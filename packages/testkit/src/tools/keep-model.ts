import { createHash } from 'node:crypto';
import type { BlobRecord, Entry, MetadataStore, Snapshot } from '@modelkeep/core/spi';

function digestOf(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}

function blobOf(name: string): BlobRecord {
  return { digest: digestOf(name), size: 10, receipt: `10:${name}`, verifiedAt: 1 };
}

function snapshotOf(modelId: string): Snapshot {
  const file = { path: 'model.bin', size: 10, digest: digestOf(modelId), lfs: true };
  const commit = createHash('sha1').update(modelId).digest('hex');
  return { modelId, commit, derived: false, files: [file], omitted: [], createdAt: 1 };
}

function entryOf(modelId: string): Entry {
  return {
    key: `hf@${modelId}`,
    modelId,
    revision: 'main',
    commit: snapshotOf(modelId).commit,
    metadata: { modelDefinition: { key: `hf@${modelId}` }, url: 'https://hub.test', version: 0 },
    downloadedBy: 'tester',
    downloadDate: 1,
    pinned: false,
  };
}

/** Stores a model of one file in any metadata store. */
export async function keepModel(store: MetadataStore, modelId: string): Promise<void> {
  await store.putBlobs([blobOf(modelId)]);
  const { missing } = await store.commit({
    snapshot: snapshotOf(modelId),
    entry: entryOf(modelId),
  });
  if (missing.length > 0) throw new Error(`${modelId} lacks ${missing.join()}`);
}

/** Model ids of all entries, by key. */
export async function modelIds(store: MetadataStore): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { modelId } of store.listEntries()) ids.push(modelId);
  return ids;
}
