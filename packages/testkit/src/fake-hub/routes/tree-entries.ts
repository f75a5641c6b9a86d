import { isGateShut } from '../access/access.ts';
import type { Viewer } from '../access/tokens.ts';
import type { Commit, Repository } from '../repositories/repository.ts';
import type { StoredFile } from '../repositories/stored-file.ts';

const MASK = '*'.repeat(64);

/** Hashes of an LFS file as the viewer may see them: masked while the model's gate is shut. */
export function lfsFacts(
  file: StoredFile,
  repository: Repository,
  viewer: Viewer,
): { oid: string; pointerSize: number; xetHash: string } | undefined {
  if (file.lfs === undefined) return undefined;
  const masked = isGateShut(repository, viewer);
  return {
    oid: masked ? MASK : file.lfs.sha256,
    pointerSize: Buffer.byteLength(file.lfs.pointer),
    xetHash: masked ? MASK : file.lfs.xetHash,
  };
}

export interface EntryView {
  readonly repository: Repository;
  readonly commit: Commit;
  readonly viewer: Viewer;
  /** Whether the last commit and the security status are asked for. */
  readonly expand: boolean;
}

/** One entry of a tree or paths-info answer. Undefined if the commit has nothing at the path. */
export function treeEntry(path: string, view: EntryView): Record<string, unknown> | undefined {
  const file = view.commit.files.get(path);
  const folder = path === '' ? undefined : view.commit.folders.get(path);
  if (file !== undefined) return { ...fileEntry(file, view), ...expansion(path, view, true) };
  if (folder === undefined) return undefined;
  return { type: 'directory', oid: folder, size: 0, path, ...expansion(path, view, false) };
}

function fileEntry(file: StoredFile, view: EntryView): Record<string, unknown> {
  const entry: Record<string, unknown> = {
    type: 'file',
    oid: file.oid,
    size: file.size,
    path: file.path,
  };
  const lfs = lfsFacts(file, view.repository, view.viewer);
  if (lfs !== undefined) {
    entry['lfs'] = { oid: lfs.oid, size: file.size, pointerSize: lfs.pointerSize };
    if (view.repository.facts.xet) entry['xetHash'] = lfs.xetHash;
  }
  return entry;
}

function expansion(path: string, view: EntryView, isFile: boolean): Record<string, unknown> {
  if (!view.expand) return {};
  const { id, title, date } = lastCommit(path, view.commit);
  const entry: Record<string, unknown> = {
    lastCommit: { id, title, date: new Date(date).toISOString() },
  };
  if (isFile) {
    entry['securityFileStatus'] = {
      status: 'safe',
      avScan: { status: 'safe' },
      pickleImportScan: { status: 'unscanned' },
    };
  }
  return entry;
}

function lastCommit(path: string, from: Commit): Commit {
  const oidIn = (commit: Commit): string | undefined =>
    commit.files.get(path)?.oid ?? commit.folders.get(path);
  const oid = oidIn(from);
  let last = from;
  while (last.parent !== undefined && oidIn(last.parent) === oid) last = last.parent;
  return last;
}
