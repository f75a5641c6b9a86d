import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { checkRevision, isCommit } from '../../names/model-name.ts';
import { type AdoptRun, skip } from './adopt-run.ts';

const MAX_DEPTH = 16;
/** A commit is 40 bytes. */
const MAX_BYTES = 1024;

async function readRef(run: AdoptRun, path: string, revision: string): Promise<string | undefined> {
  try {
    checkRevision(revision);
  } catch {
    skip(run, path, 'its name cannot be a revision');
    return undefined;
  }
  const { size } = await stat(path);
  const commit = size > MAX_BYTES ? '' : (await readFile(path, 'utf8')).trim();
  if (isCommit(commit)) return commit;
  skip(run, path, 'it does not name a commit');
  return undefined;
}

/** The commits that branches and tags point at, by name: `refs/main`, `refs/refs/pr/1`. */
export async function readRefs(run: AdoptRun, repo: string): Promise<Map<string, string>> {
  const refs = new Map<string, string>();

  async function walk(folder: string, prefix: string, depth: number): Promise<void> {
    const entries = await readdir(folder, { withFileTypes: true }).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') skip(run, folder, `it cannot be read (${error.code})`);
        return [];
      },
    );
    for (const entry of entries) {
      const path = join(folder, entry.name);
      const revision = `${prefix}${entry.name}`;
      if (entry.isDirectory() && depth < MAX_DEPTH) await walk(path, `${revision}/`, depth + 1);
      else if (!entry.isFile()) skip(run, path, 'it is not a plain file');
      else {
        const commit = await readRef(run, path, revision).catch((error: NodeJS.ErrnoException) => {
          skip(run, path, `it cannot be read (${error.code})`);
          return undefined;
        });
        if (commit !== undefined) refs.set(revision, commit);
      }
    }
  }

  await walk(join(repo, 'refs'), '', 1);
  return refs;
}
