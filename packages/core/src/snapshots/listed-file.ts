import type { SnapshotFile } from '../spi/model.ts';
import type { RemoteFile } from '../spi/model-source.ts';

/** A file as a source lists it, as a snapshot has it. The git id of an LFS file is its pointer's, and not kept. */
export function listedFile(file: RemoteFile): SnapshotFile {
  const { path, size, lfs, digest, gitOid } = file;
  return {
    path,
    size,
    lfs,
    ...(digest === undefined ? {} : { digest }),
    ...(lfs || gitOid === undefined ? {} : { gitOid }),
  };
}
