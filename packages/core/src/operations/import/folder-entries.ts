import { constants, type Dirent } from 'node:fs';
import { lstat, open, readdir, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PROVENANCE_FILE } from '../../archives/provenance.ts';
import { METADATA_FILE } from '../../model-metadata/metadata-schema.ts';
import type { ArchiveEntry } from '../../spi/archive-format.ts';
import { ModelkeepError } from '../../spi/errors.ts';

const READ_BYTES = 1024 * 1024;
/** Only the texts that name the commit are looked at in there. */
const GIT_CHILDREN: Readonly<Record<string, readonly string[]>> = {
  '.git': ['HEAD', 'packed-refs', 'refs'],
  '.git/refs': ['heads'],
};

/** A member of an unpacked folder. */
export interface FolderEntry extends ArchiveEntry {
  /** Where the file is, for reading only; absent for what was made here. */
  readonly localPath?: string;
}

function kindOf(
  found: Pick<Dirent, 'isFile' | 'isDirectory' | 'isSymbolicLink'>,
): ArchiveEntry['kind'] {
  if (found.isFile()) return 'file';
  if (found.isDirectory()) return 'directory';
  return found.isSymbolicLink() ? 'symlink' : 'other';
}

/** The metadata first, so that what does not fit it is refused early; then by name. */
function inOrder(names: readonly string[]): string[] {
  const rank = (name: string): number => [METADATA_FILE, PROVENANCE_FILE].indexOf(name) >>> 0;
  return names.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

function childrenOf(path: string, names: readonly string[]): readonly string[] {
  const inGit = /(?:^|\/)(\.git(?:\/refs)?)$/.exec(path)?.[1];
  const wanted = inGit === undefined ? undefined : GIT_CHILDREN[inGit];
  return wanted === undefined ? names : names.filter((name) => wanted.includes(name));
}

/** The bytes of a file, in large chunks. A link put in its place meanwhile is not followed. */
export async function* contentOf(
  path: string,
  size: number,
  start = 0,
): AsyncGenerator<Uint8Array> {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    // One byte more than expected shows a file that has grown.
    const length = Math.min(READ_BYTES, size + 1);
    for (let position = start; ; ) {
      const buffer = Buffer.allocUnsafeSlow(length);
      const { bytesRead } = await handle.read(buffer, 0, length, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

async function* walk(root: string, path: string): AsyncGenerator<FolderEntry> {
  const names = await readdir(join(root, path));
  for (const name of inOrder(childrenOf(path, names))) {
    const below = path === '' ? name : `${path}/${name}`;
    const localPath = join(root, below);
    const found = await lstat(localPath);
    const kind = kindOf(found);
    yield {
      path: below,
      kind,
      size: kind === 'file' ? found.size : 0,
      ...(kind === 'symlink' ? { linkTarget: await readlink(localPath) } : {}),
      localPath,
      body: contentOf(localPath, found.size),
    };
    if (kind === 'directory') yield* walk(root, below);
  }
}

/** The members of an unpacked folder, as those of an archive. The folder is only read. */
export async function* folderEntries(folder: string): AsyncGenerator<FolderEntry> {
  try {
    const found = await stat(folder);
    if (!found.isDirectory()) {
      throw new ModelkeepError('invalid-argument', `${folder} is not a folder`);
    }
    yield* walk(folder, '');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EACCES' && code !== 'EPERM') throw cause;
    throw new ModelkeepError(
      'invalid-argument',
      `${folder} cannot be read: ${(cause as Error).message}`,
      { cause },
    );
  }
}
