import type { Digest, RemovedSnapshot } from '@modelkeep/core/spi';
import { snapshotsWith } from './metadata-blobs.ts';
import { type MemoryMetadataData, snapshotKey } from './metadata-data.ts';

function digestsOf(files: readonly { readonly digest?: Digest }[]): Digest[] {
  return files.map(({ digest }) => digest).filter((digest) => digest !== undefined);
}

function sizeOf(data: MemoryMetadataData, digest: Digest): number {
  return data.blobs.get(digest)?.record.size ?? 0;
}

/** Bytes of all records, or of those that entries of `connection` refer to. */
export function bytesStored(data: MemoryMetadataData, connection: string | undefined): number {
  let digests: Iterable<Digest> = data.blobs.keys();
  if (connection !== undefined) {
    const entries = [...data.entries.values()].filter((entry) => entry.connection === connection);
    digests = new Set(
      entries.flatMap(({ modelId, commit }) =>
        digestsOf(data.snapshots.get(snapshotKey(modelId, commit))?.files ?? []),
      ),
    );
  }
  let bytes = 0;
  for (const digest of digests) bytes += sizeOf(data, digest);
  return bytes;
}

/** Of each snapshot the bytes of the contents that only it has. */
export function bytesOfOne(
  data: MemoryMetadataData,
): (RemovedSnapshot & { readonly bytes: number })[] {
  const sums = new Map<string, RemovedSnapshot & { readonly bytes: number }>();
  for (const [digest, [user, ...others]] of snapshotsWith(data, [...data.blobs.keys()])) {
    if (user === undefined || others.length > 0) continue;
    const key = snapshotKey(user.modelId, user.commit);
    sums.set(key, { ...user, bytes: (sums.get(key)?.bytes ?? 0) + sizeOf(data, digest) });
  }
  return [...sums.values()].filter(({ bytes }) => bytes > 0);
}
