import type { Snapshot, SnapshotFile } from '../spi/model.ts';
import { lfsPointerOid } from './lfs-pointer.ts';

interface TreeEntry {
  readonly size: number;
  readonly blob_id: string;
  readonly lfs_sha256?: string;
  readonly lfs_size?: number;
}

function treeEntry(file: SnapshotFile): TreeEntry | undefined {
  if (file.lfs && file.digest !== undefined) {
    return {
      size: file.size,
      blob_id: lfsPointerOid(file.digest, file.size),
      lfs_sha256: file.digest,
      lfs_size: file.size,
    };
  }
  const oid = file.gitOid ?? file.digest;
  return oid === undefined ? undefined : { size: file.size, blob_id: oid };
}

/** `trees/<commit>.json` as huggingface_hub 2.x writes it: by it a client knows offline whether a snapshot is complete. */
export function treeListing(snapshot: Pick<Snapshot, 'files' | 'omitted'>): string {
  const files: Record<string, TreeEntry> = {};
  for (const file of [...snapshot.files, ...snapshot.omitted]) {
    const entry = treeEntry(file);
    if (entry !== undefined) files[file.path] = entry;
  }
  const sorted = Object.fromEntries(Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify({ format_version: 1, files: sorted }, undefined, 1);
}
