import { createHash } from 'node:crypto';
import type {
  BlobRecord,
  Digest,
  Entry,
  GitOid,
  MetadataStore,
  Snapshot,
  SnapshotFile,
} from '@modelkeep/core/spi';
import { byCodeUnit } from '../memory/metadata-data.ts';
import { sha256Of } from '../tools/bytes.ts';

export const T0: number = Date.UTC(2026, 0, 1);

export function digestOf(seed: string | number): Digest {
  return sha256Of(`digest ${seed}`);
}

export function oidOf(seed: string | number): GitOid {
  return createHash('sha1').update(`oid ${seed}`).digest('hex');
}

export function blobOf(seed: string | number, more: Partial<BlobRecord> = {}): BlobRecord {
  return {
    digest: digestOf(seed),
    size: 1000,
    gitOid: oidOf(seed),
    receipt: `receipt of ${seed}`,
    verifiedAt: T0,
    ...more,
  };
}

/** A file whose content is that of `seed`; by default of its path. */
export function fileOf(path: string, more: Partial<SnapshotFile> = {}): SnapshotFile {
  return { path, size: 1000, digest: digestOf(path), lfs: true, ...more };
}

export interface SnapshotPlan {
  readonly modelId?: string;
  readonly commit?: string;
  readonly files?: readonly SnapshotFile[];
  readonly omitted?: readonly SnapshotFile[];
  readonly createdAt?: number;
  readonly derived?: boolean;
}

export function snapshotOf(plan: SnapshotPlan = {}): Snapshot {
  const sorted = (files: readonly SnapshotFile[]): SnapshotFile[] =>
    [...files].sort((a, b) => byCodeUnit(a.path, b.path));
  return {
    modelId: plan.modelId ?? 'org/name',
    commit: plan.commit ?? oidOf('commit'),
    derived: plan.derived ?? false,
    files: sorted(plan.files ?? [fileOf('config.json'), fileOf('model.safetensors')]),
    omitted: sorted(plan.omitted ?? []),
    createdAt: plan.createdAt ?? T0,
  };
}

export function entryOf(snapshot: Snapshot, more: Partial<Entry> = {}): Entry {
  const key = more.key ?? `hf@${snapshot.modelId}`;
  return {
    key,
    modelId: snapshot.modelId,
    revision: 'main',
    commit: snapshot.commit,
    metadata: { modelDefinition: { key }, url: 'https://huggingface.co/org%2Fname', version: 0 },
    downloadedBy: 'somebody',
    downloadDate: T0,
    pinned: false,
    ...more,
  };
}

/** Notes the blobs of a snapshot and commits it, by default with an entry. */
export async function keep(
  store: MetadataStore,
  snapshot: Snapshot,
  entry: Entry | undefined = entryOf(snapshot),
): Promise<Entry> {
  await noteBlobsOf(store, snapshot);
  const { missing } = await store.commit({ snapshot, entry });
  if (missing.length > 0) throw new Error(`commit said missing: ${missing.join(' ')}`);
  return entry;
}

export async function noteBlobsOf(store: MetadataStore, snapshot: Snapshot): Promise<void> {
  const blobs = new Map(
    snapshot.files.map(({ digest = '', size, gitOid }) => [
      digest,
      {
        digest,
        size,
        ...(gitOid && { gitOid }),
        receipt: `receipt of ${digest}`,
        verifiedAt: T0,
      },
    ]),
  );
  const refused = await store.putBlobs([...blobs.values()]);
  if (refused.length > 0) throw new Error(`putBlobs refused ${refused.join(' ')}`);
}

/** Waits until the store's clock has moved on; returns the time then. */
export async function laterThan(store: MetadataStore, time: number): Promise<number> {
  for (;;) {
    const now = await store.now();
    if (now > time) return now;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Asks again until the answer is there. The test's own time limit ends it. */
export async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A token that is granted now. */
export async function newToken(store: MetadataStore): Promise<number> {
  const owner = 'who asks for a token';
  const [lease] = await store.acquireLeases(['token'], { owner, ttlMs: 60_000 });
  if (lease === undefined) throw new Error('There was no lease for the token');
  return lease.token;
}
