import type { SnapshotFile } from '@modelkeep/core/spi';
import { blobId, lfsFacts } from './file-identity.ts';

/** What listings say of the last commit of a path: the cache knows no other than the snapshot's own. */
export interface LastCommit {
  readonly id: string;
  readonly title: string;
  readonly date: string;
}

/** A file as `/tree` and `/paths-info` list it. */
export function fileEntry(file: SnapshotFile, lastCommit?: LastCommit): Record<string, unknown> {
  const lfs = lfsFacts(file);
  return {
    type: 'file',
    oid: blobId(file),
    size: file.size,
    path: file.path,
    ...(lfs === undefined
      ? {}
      : { lfs: { oid: lfs.hash, size: lfs.size, pointerSize: lfs.pointerSize } }),
    ...(lastCommit === undefined
      ? {}
      : {
          lastCommit,
          securityFileStatus: {
            status: 'unscanned',
            avScan: { status: 'unscanned' },
            pickleImportScan: { status: 'unscanned' },
          },
        }),
  };
}

/** A folder as they list it. */
export function folderEntry(
  path: string,
  treeId: string,
  lastCommit?: LastCommit,
): Record<string, unknown> {
  return {
    type: 'directory',
    oid: treeId,
    size: 0,
    path,
    ...(lastCommit === undefined ? {} : { lastCommit }),
  };
}
