import { createHash } from 'node:crypto';
import type { FileContent } from '../content/file-content.ts';
import { type FileInput, openInput } from '../content/file-input.ts';
import { hashContent } from '../content/hash-content.ts';
import { gitObjectId } from './git-oids.ts';
import { isLfs, type LfsRule, lfsPointer } from './lfs.ts';

/** One file of a commit. */
export interface StoredFile {
  readonly path: string;
  readonly size: number;
  readonly content: FileContent;
  /** Git's blob id: of the content, or of the pointer for a file kept by git-lfs. */
  readonly oid: string;
  readonly lfs?: LfsFacts;
}

interface LfsFacts {
  readonly sha256: string;
  readonly pointer: string;
  readonly xetHash: string;
}

/** Reads an input once and notes its hashes. */
export async function storeFile(
  path: string,
  input: FileInput,
  rule?: LfsRule,
): Promise<StoredFile> {
  const content = await openInput(input);
  const { size } = content;
  if (!isLfs(path, size, rule)) {
    return { path, size, content, oid: await hashContent(content, 'sha1', `blob ${size}\0`) };
  }
  const sha256 = await hashContent(content, 'sha256');
  const pointer = lfsPointer(sha256, size);
  const xetHash = createHash('sha256').update(`xet ${sha256}`).digest('hex');
  return {
    path,
    size,
    content,
    oid: gitObjectId('blob', pointer),
    lfs: { sha256, pointer, xetHash },
  };
}
