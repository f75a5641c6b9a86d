import { readdir, readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** The names of a repository's blobs that files of its snapshots link to: of any snapshot that lies there, whoever made it. */
export async function linkedBlobNames(repo: string): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  const entries = await readdir(join(repo, 'snapshots'), {
    recursive: true,
    withFileTypes: true,
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  for (const entry of entries) {
    if (!entry.isSymbolicLink()) continue;
    const target = await readlink(join(entry.parentPath, entry.name)).catch(() => undefined);
    if (target !== undefined) names.add(basename(target));
  }
  return names;
}
