import { lstat, readFile } from 'node:fs/promises';
import { isSafePath } from '../../names/file-path.ts';
import type { ListedFile } from './adopt-run.ts';

/** Of a repository with more than a hundred thousand files. */
const MAX_BYTES = 64 * 1024 * 1024;
const SHA256 = /^[0-9a-f]{64}$/;
const GIT_OID = /^[0-9a-f]{40}$/;

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isText(value: unknown, pattern: RegExp): value is string {
  return typeof value === 'string' && pattern.test(value);
}

function listedFile(path: string, entry: unknown): ListedFile | undefined {
  if (!isSafePath(path) || !isObject(entry)) return undefined;
  const { size, blob_id: oid, lfs_sha256: sha256, lfs_size: lfsSize } = entry;
  if (isText(sha256, SHA256)) {
    const bytes = lfsSize ?? size;
    return isSize(bytes)
      ? { path, size: bytes, lfs: true, expected: { digest: sha256 } }
      : undefined;
  }
  if (!isSize(size)) return undefined;
  if (isText(oid, GIT_OID)) return { path, size, lfs: false, expected: { gitOid: oid } };
  // As this product writes it for a file of which only the sha256 is known.
  if (isText(oid, SHA256)) return { path, size, lfs: false, expected: { digest: oid } };
  return undefined;
}

/**
 * All files of a commit from `trees/<commit>.json`, as huggingface_hub 2.x writes it. Undefined if there is no such file;
 * `damaged` if it is not what it should be.
 */
export async function readListing(
  path: string,
): Promise<ReadonlyMap<string, ListedFile> | 'damaged' | undefined> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  if (!found.isFile() || found.size > MAX_BYTES) return 'damaged';
  try {
    const listing: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (!isObject(listing) || listing['format_version'] !== 1 || !isObject(listing['files']))
      return 'damaged';
    const files = new Map<string, ListedFile>();
    for (const [name, entry] of Object.entries(listing['files'])) {
      const file = listedFile(name, entry);
      if (file === undefined) return 'damaged';
      files.set(name, file);
    }
    return files;
  } catch {
    return 'damaged';
  }
}
