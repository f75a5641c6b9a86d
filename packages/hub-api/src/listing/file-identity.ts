import { createHash } from 'node:crypto';
import type { SnapshotFile } from '@modelkeep/core/spi';

/** How a source that keeps hashes to itself writes a sha256. */
const MASK = '*'.repeat(64);

/** Git's id of an object in memory. */
export function gitObjectId(type: 'blob' | 'tree' | 'commit', body: Uint8Array): string {
  return createHash('sha1').update(`${type} ${body.byteLength}\0`).update(body).digest('hex');
}

/** The text that git keeps for a git-lfs file (git-lfs specification, v1). */
export function lfsPointer(file: SnapshotFile): string {
  return `version https://git-lfs.github.com/spec/v1\noid sha256:${file.digest ?? MASK}\nsize ${file.size}\n`;
}

/** Whether clients are told that the file is kept by git-lfs. A file of an import, whose git id nobody knows, counts as one. */
export function isLfs(file: SnapshotFile): boolean {
  return file.lfs || file.gitOid === undefined;
}

/** Git's id of what git keeps: the content, or the pointer of a git-lfs file. */
export function blobId(file: SnapshotFile): string {
  if (file.gitOid !== undefined && !file.lfs) return file.gitOid;
  return gitObjectId('blob', Buffer.from(lfsPointer(file)));
}

/** The `ETag`, quoted: clients name the file in their cache by it. Absent while its source keeps the hash to itself. */
export function etagOf(file: SnapshotFile): string | undefined {
  const hash = isLfs(file) ? file.digest : file.gitOid;
  return hash === undefined ? undefined : `"${hash}"`;
}

/** What listings say of a git-lfs file. Its hash is `oid` in trees and `sha256` in `siblings`. */
export function lfsFacts(
  file: SnapshotFile,
): { readonly hash: string; readonly size: number; readonly pointerSize: number } | undefined {
  if (!isLfs(file)) return undefined;
  const pointerSize = Buffer.byteLength(lfsPointer(file));
  return { hash: file.digest ?? MASK, size: file.size, pointerSize };
}
