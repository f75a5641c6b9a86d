import type { BlobRecord, Digest, GitOid, RemovedSnapshot } from '@modelkeep/core/spi';
import type { MemoryMetadataData } from './metadata-data.ts';
import { referencedDigests } from './metadata-snapshots.ts';

/** The records in use of `digests`. */
export function keptBlobs(
  data: MemoryMetadataData,
  digests: readonly Digest[],
): Map<Digest, BlobRecord> {
  const found = new Map<Digest, BlobRecord>();
  for (const digest of digests) {
    const blob = data.blobs.get(digest);
    if (blob?.deleting === false) found.set(digest, { ...blob.record });
  }
  return found;
}

/** The records in use whose content has one of `gitOids`. */
export function blobsByGitOid(
  data: MemoryMetadataData,
  gitOids: readonly GitOid[],
): Map<GitOid, BlobRecord> {
  const wanted = new Set(gitOids);
  const found = new Map<GitOid, BlobRecord>();
  for (const { record, deleting } of data.blobs.values()) {
    if (!deleting && record.gitOid !== undefined && wanted.has(record.gitOid)) {
      found.set(record.gitOid, { ...record });
    }
  }
  return found;
}

/** Notes blobs; returns the digests that are being deleted, or were forgotten after the token `since`. */
export function noteBlobs(
  data: MemoryMetadataData,
  blobs: readonly BlobRecord[],
  notedAt: number,
  since: number,
): readonly Digest[] {
  const refused: Digest[] = [];
  for (const record of blobs) {
    const { deleting = false, forgotten = Number.POSITIVE_INFINITY } =
      data.blobs.get(record.digest) ?? {};
    if (deleting && forgotten >= since) refused.push(record.digest);
    else data.blobs.set(record.digest, { record: { ...record }, notedAt, deleting: false });
  }
  return refused;
}

/** Forgets those of `digests` that are marked, all but the token of it. */
export function forgetMarked(data: MemoryMetadataData, digests: readonly Digest[]): void {
  data.tokens.last += 1;
  for (const digest of digests) {
    const blob = data.blobs.get(digest);
    if (blob?.deleting !== true || blob.forgotten !== undefined) continue;
    const record = { digest, size: 0, receipt: '', verifiedAt: 0 };
    data.blobs.set(digest, { ...blob, record, forgotten: data.tokens.last });
  }
}

/** The records that are not forgotten. */
export function blobsKnown(
  data: MemoryMetadataData,
): readonly { readonly record: BlobRecord; readonly deleting: boolean }[] {
  return [...data.blobs.values()].filter(({ forgotten }) => forgotten === undefined);
}

/** Those of `digests` that a snapshot of another model refers to. */
export function sharedDigests(
  data: MemoryMetadataData,
  digests: readonly Digest[],
  modelId: string,
): Set<Digest> {
  const wanted = new Set(digests);
  const others = [...data.snapshots.values()].filter((snapshot) => snapshot.modelId !== modelId);
  return new Set(
    others
      .flatMap(({ files }) => files.map(({ digest }) => digest))
      .filter((digest) => digest !== undefined)
      .filter((digest) => wanted.has(digest)),
  );
}

/** Which snapshots keep each of `digests`. */
export function snapshotsWith(
  data: MemoryMetadataData,
  digests: readonly Digest[],
): Map<Digest, RemovedSnapshot[]> {
  const wanted = new Set(digests);
  const users = new Map<Digest, RemovedSnapshot[]>();
  for (const { modelId, commit, files } of data.snapshots.values()) {
    for (const digest of new Set(files.map((file) => file.digest))) {
      if (digest === undefined || !wanted.has(digest)) continue;
      users.set(digest, [...(users.get(digest) ?? []), { modelId, commit }]);
    }
  }
  return users;
}

/** Marks those of `digests` that nothing refers to and that are older than `notedBefore`. */
export function markBlobs(
  data: MemoryMetadataData,
  digests: readonly Digest[],
  notedBefore: number,
  now: number,
): readonly Digest[] {
  const referenced = referencedDigests(data);
  const marked = new Set<Digest>();
  for (const digest of digests) {
    const blob = data.blobs.get(digest);
    const tooYoung = blob?.deleting === false && blob.notedAt >= notedBefore;
    if (referenced.has(digest) || tooYoung) continue;
    const record = blob?.record ?? { digest, size: 0, receipt: '', verifiedAt: 0 };
    data.blobs.set(digest, { record, notedAt: blob?.notedAt ?? now, deleting: true });
    marked.add(digest);
  }
  return [...marked];
}

export function totalsOf(data: MemoryMetadataData): {
  readonly count: number;
  readonly bytes: number;
  readonly referencedCount: number;
  readonly referencedBytes: number;
} {
  const referenced = referencedDigests(data);
  const totals = { count: 0, bytes: 0, referencedCount: 0, referencedBytes: 0 };
  for (const { record } of blobsKnown(data)) {
    totals.count += 1;
    totals.bytes += record.size;
    if (!referenced.has(record.digest)) continue;
    totals.referencedCount += 1;
    totals.referencedBytes += record.size;
  }
  return totals;
}
