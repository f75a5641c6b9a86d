import type { SnapshotFile } from '@modelkeep/core/spi';
import { blobId, lfsFacts } from './file-identity.ts';

/** A file in the `siblings` of a model's description; with sizes and hashes if `blobs`. */
export function sibling(file: SnapshotFile, blobs: boolean): Record<string, unknown> {
  if (!blobs) return { rfilename: file.path };
  const lfs = lfsFacts(file);
  return {
    rfilename: file.path,
    blobId: blobId(file),
    size: file.size,
    ...(lfs === undefined
      ? {}
      : { lfs: { sha256: lfs.hash, size: lfs.size, pointerSize: lfs.pointerSize } }),
  };
}
