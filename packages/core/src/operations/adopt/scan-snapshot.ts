import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isSafePath } from '../../names/file-path.ts';
import {
  type AdoptRun,
  type FoundFile,
  type FoundSnapshot,
  type ListedFile,
  nameOf,
  skip,
  warn,
} from './adopt-run.ts';
import { type Bounds, inspectFile } from './inspect-file.ts';
import { readListing } from './read-listing.ts';

const MAX_DEPTH = 32;
/** What file managers leave in any folder. */
const CLUTTER = /^(?:\.DS_Store|\._.*|Thumbs\.db|desktop\.ini)$/;

/** Looks at everything in a snapshot's folder; reads no content. */
export async function scanSnapshot(
  run: AdoptRun,
  repo: string,
  commit: string,
  bounds: Bounds,
): Promise<FoundSnapshot> {
  const root = join(repo, 'snapshots', commit);
  const files: FoundFile[] = [];
  const refused: ListedFile[] = [];
  const listing = await readListing(join(repo, 'trees', `${commit}.json`));
  if (listing === 'damaged')
    skip(run, join(repo, 'trees', `${commit}.json`), 'it is not a list of files');
  const listed = listing === 'damaged' ? undefined : listing;
  if (listed === undefined)
    warn(
      run,
      `${nameOf(run, root)}: the cache does not say which files the commit has, so it is taken as complete`,
    );

  async function take(path: string, name: string): Promise<void> {
    if (!isSafePath(name) || name.includes('\ufffd')) {
      skip(run, path, 'its name cannot be kept in a model');
      return;
    }
    const known = listed?.get(name);
    const found = await inspectFile(path, name, bounds, known);
    if ('source' in found) {
      if (listed === undefined || known !== undefined || found.expected !== undefined)
        files.push(found);
      else skip(run, path, 'it is not a file of this commit');
      return;
    }
    skip(run, path, found.reason);
    const { expected } = found;
    if (known === undefined && expected !== undefined)
      refused.push({ path: name, size: 0, lfs: 'digest' in expected, expected });
  }

  async function enter(entry: Dirent, folder: string, prefix: string, depth: number) {
    const path = join(folder, entry.name);
    const name = `${prefix}${entry.name}`;
    if (CLUTTER.test(entry.name) && listed?.has(name) !== true) return;
    if (!entry.isDirectory()) await take(path, name);
    else if (depth === MAX_DEPTH) skip(run, path, 'its folders are nested too deep');
    else await walk(path, `${name}/`, depth + 1);
  }

  async function walk(folder: string, prefix: string, depth: number): Promise<void> {
    run.signal?.throwIfAborted();
    let entries: Dirent[];
    try {
      entries = await readdir(folder, { withFileTypes: true });
    } catch (error) {
      skip(run, folder, `it cannot be read (${(error as NodeJS.ErrnoException).code})`);
      return;
    }
    for (const entry of entries) await enter(entry, folder, prefix, depth);
  }

  await walk(root, '', 1);
  return {
    commit,
    name: nameOf(run, root),
    files,
    refused,
    ...(listed === undefined ? {} : { listing: listed }),
  };
}
