import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { gitOidOf, sha256Of } from '@modelkeep/testkit/memory';

export interface HfFile {
  readonly content: Uint8Array | string;
  /** Kept by git-lfs. Default: false. */
  readonly lfs?: boolean;
  /** Name of the blob. Default: its ETag. */
  readonly blob?: string;
  /** Written as a file, without a link. Default: false. */
  readonly plain?: boolean;
}

export interface HfSnapshot {
  readonly commit: string;
  readonly files: Readonly<Record<string, HfFile>>;
  readonly refs?: readonly string[];
  /** Files of the listing in `trees/`. Default: no listing. */
  readonly listed?: Readonly<Record<string, HfFile>>;
}

const bytesOf = ({ content }: HfFile): Buffer => Buffer.from(content);

export function etagOf(file: HfFile): string {
  return file.lfs === true ? sha256Of(bytesOf(file)) : gitOidOf(bytesOf(file));
}

function listingOf(files: Readonly<Record<string, HfFile>>): string {
  const entries = Object.entries(files).map(([path, file]) => {
    const size = bytesOf(file).length;
    const lfs = { blob_id: '0'.repeat(40), lfs_sha256: sha256Of(bytesOf(file)), lfs_size: size };
    return [path, { size, ...(file.lfs === true ? lfs : { blob_id: gitOidOf(bytesOf(file)) }) }];
  });
  return JSON.stringify({ format_version: 1, files: Object.fromEntries(entries) });
}

async function put(path: string, content: Uint8Array | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

/** Writes a repository of a Hugging Face cache as a client would; returns its folder. */
export async function writeHfRepo(
  hub: string,
  name: string,
  snapshots: readonly HfSnapshot[],
): Promise<string> {
  const repo = join(hub, name);
  for (const { commit, files, refs = [], listed } of snapshots) {
    for (const [path, file] of Object.entries(files)) {
      const place = join(repo, 'snapshots', commit, path);
      if (file.plain === true) {
        await put(place, file.content);
        continue;
      }
      const blob = join(repo, 'blobs', file.blob ?? etagOf(file));
      await put(blob, file.content);
      await mkdir(dirname(place), { recursive: true });
      await symlink(relative(dirname(place), blob), place);
    }
    for (const ref of refs) await put(join(repo, 'refs', ref), commit);
    if (listed !== undefined) await put(join(repo, 'trees', `${commit}.json`), listingOf(listed));
  }
  return repo;
}
