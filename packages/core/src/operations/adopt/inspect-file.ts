import { lstat, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { Expected, FoundFile, ListedFile } from './adopt-run.ts';

/** Where the files of a repository may lie. All without links. */
export interface Bounds {
  /** The repository's `blobs/`, whose names tell what is in them. */
  readonly blobs: string;
  /** The repository, and where its client keeps what repositories share. */
  readonly roots: readonly string[];
}

const ERRORS: Readonly<Record<string, string>> = {
  ELOOP: 'it is a loop of links',
  ENOENT: 'it is a link to nothing: its download was not finished, or its content was removed',
  EACCES: 'it may not be read',
};

function isInside(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** Clients name a blob by the ETag of its file: the sha256 of a git-lfs file, else the git blob id. */
function expectedOf(name: string): Expected | undefined {
  if (/^[0-9a-f]{64}$/.test(name)) return { digest: name };
  if (/^[0-9a-f]{40}$/.test(name)) return { gitOid: name };
  return undefined;
}

/** The name of the repository's own blob that the link names, which may itself be a link to where several repositories share it. */
async function blobName(path: string, bounds: Bounds): Promise<string | undefined> {
  const target = resolve(dirname(path), await readlink(path));
  const folder = await realpath(dirname(target));
  return folder === bounds.blobs ? basename(target) : undefined;
}

/** A file of a snapshot's folder, or why it cannot be taken. */
export async function inspectFile(
  path: string,
  name: string,
  bounds: Bounds,
  listed: ListedFile | undefined,
): Promise<FoundFile | { readonly reason: string; readonly expected?: Expected }> {
  let byName: Expected | undefined;
  try {
    const isLink = (await lstat(path)).isSymbolicLink();
    const blob = isLink ? await blobName(path, bounds) : undefined;
    byName = blob === undefined ? undefined : expectedOf(blob);
    const expected = listed?.expected ?? byName;
    const refuse = (reason: string): { reason: string; expected?: Expected } =>
      expected === undefined ? { reason } : { reason, expected };
    const source = await realpath(path);
    if (!bounds.roots.some((root) => isInside(source, root)))
      return { reason: 'it is a link that leaves the cache folder' };
    const found = await stat(source, { bigint: true });
    if (!found.isFile())
      return { reason: isLink ? 'it is a link to something else than a file' : 'it is not a file' };
    if (listed !== undefined && BigInt(listed.size) !== found.size)
      return refuse(`it is damaged: it has ${found.size} bytes, not ${listed.size}`);
    const lfs = listed?.lfs ?? (byName === undefined ? undefined : 'digest' in byName);
    return {
      path: name,
      source,
      size: Number(found.size),
      inode: `${found.dev}:${found.ino}`,
      ...(expected === undefined ? {} : { expected }),
      ...(lfs === undefined ? {} : { lfs }),
    };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const reason = ERRORS[code] ?? `it cannot be read (${code})`;
    const expected = listed?.expected ?? byName;
    return expected === undefined ? { reason } : { reason, expected };
  }
}

/** Bounds of a repository below `hub`, both without links. */
export async function boundsOf(repo: string, hub: string | undefined): Promise<Bounds> {
  const parent = hub ?? dirname(repo);
  const shared = join(parent, 'blobs');
  // Beside a repository that is named alone, only a folder with the client's own mark is its own.
  const marked =
    hub !== undefined ||
    (await lstat(join(shared, '.huggingface-shared-blobs')).catch(() => undefined)) !== undefined;
  return {
    blobs: join(repo, 'blobs'),
    roots: hub === undefined ? [repo, ...(marked ? [shared] : [])] : [hub],
  };
}
