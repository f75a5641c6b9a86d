import type { RemoteFile } from '@modelkeep/core/spi';
import { isRecord } from './api-fetch.ts';

/** From here on the Hub may have cut the list off. */
const TOO_MANY = 1000;
const SHA256 = /^[0-9a-f]{64}$/;
const GIT_OID = /^[0-9a-f]{40}$/;

/** The files of a description that was asked for with `blobs=true`. Undefined if it does not tell all of them in full. */
export function filesOf(siblings: unknown): readonly RemoteFile[] | undefined {
  if (!Array.isArray(siblings) || siblings.length === 0) return undefined;
  if (siblings.length >= TOO_MANY) return undefined;
  const files = siblings.map(fileOf);
  return files.every((file) => file !== undefined) ? files : undefined;
}

function fileOf(sibling: unknown): RemoteFile | undefined {
  if (!isRecord(sibling)) return undefined;
  const { rfilename: path, blobId, lfs } = sibling;
  const size = isRecord(lfs) ? lfs['size'] : sibling['size'];
  if (typeof path !== 'string' || path === '') return undefined;
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return undefined;
  if (isRecord(lfs)) {
    const { sha256 } = lfs;
    if (typeof sha256 !== 'string') return undefined;
    // Stars, for who has no access: the content is then not known.
    return SHA256.test(sha256)
      ? { path, size, digest: sha256, lfs: true }
      : { path, size, lfs: true };
  }
  return typeof blobId === 'string' && GIT_OID.test(blobId)
    ? { path, size, gitOid: blobId, lfs: false }
    : undefined;
}
