import type { ServedRevision } from '@modelkeep/core';
import { ModelkeepError, type SnapshotFile } from '@modelkeep/core/spi';
import { blobId, gitObjectId, isLfs, lfsPointer } from '../listing/file-identity.ts';
import { type TreeObject, writeTrees } from '../listing/git-trees.ts';
import { completedAttributes, isAttributes } from './lfs-attributes.ts';

/** What git keeps of a file: bytes made here, or the file's own. */
export interface GitBlob {
  readonly id: string;
  readonly size: number;
  /** Absent for a file that is read when it is sent. */
  readonly bytes?: Buffer;
  readonly path: string;
}

/** A snapshot as a commit of git, made of nothing but the snapshot: the same everywhere, and whenever it is asked for. */
export interface GitSnapshot {
  /** The commit's id in git. */
  readonly id: string;
  readonly commitBody: Buffer;
  readonly rootTree: string;
  /** By id. */
  readonly trees: ReadonlyMap<string, TreeObject>;
  readonly blobs: ReadonlyMap<string, GitBlob>;
}

// As of archives: a date that the bytes do not depend on.
const WHO = 'Modelkeep <modelkeep@localhost> 315532800 +0000';
const known = new WeakMap<readonly SnapshotFile[], Promise<GitSnapshot>>();

/** Makes the commit, once for each list of files. `read` gives the text of a small file. */
export function gitSnapshot(
  served: ServedRevision,
  read: (path: string) => Promise<string>,
): Promise<GitSnapshot> {
  const made = known.get(served.files);
  if (made !== undefined) return made;
  const making = makeSnapshot(served, read);
  known.set(served.files, making);
  making.catch(() => known.delete(served.files));
  return making;
}

async function makeSnapshot(
  served: ServedRevision,
  read: (path: string) => Promise<string>,
): Promise<GitSnapshot> {
  const { files, commit, derived = false } = served;
  for (const file of files) checkFile(file, served.modelId);
  const blobs = new Map<string, GitBlob>();
  const ids = new Map<string, string>();
  const add = (blob: GitBlob): void => {
    ids.set(blob.path, blob.id);
    blobs.set(blob.id, blob);
  };
  const attributes = await missingAttributes(files, read);
  for (const file of files) {
    if (!attributes.has(file.path)) add(blobOf(file));
  }
  for (const [path, text] of attributes) add(madeBlob(path, Buffer.from(text)));
  const trees = new Map<string, TreeObject>();
  const rootTree = writeTrees(ids, (tree) => trees.set(tree.id, tree));
  const commitBody = Buffer.from(
    `tree ${rootTree}\nauthor ${WHO}\ncommitter ${WHO}\n\n${messageOf(commit, derived)}`,
  );
  return { id: gitObjectId('commit', commitBody), commitBody, rootTree, trees, blobs };
}

function messageOf(commit: string, derived: boolean): string {
  return derived
    ? `Content ${commit}\n\nMade by Modelkeep from a model whose upstream commit is not known.\n`
    : `Upstream commit ${commit}\n\nMade by Modelkeep from the files of that commit.\n`;
}

async function missingAttributes(
  files: readonly SnapshotFile[],
  read: (path: string) => Promise<string>,
): Promise<ReadonlyMap<string, string>> {
  if (!files.some(isLfs)) return new Map();
  const texts = new Map<string, string>();
  for (const { path } of files.filter((file) => isAttributes(file.path) && !isLfs(file))) {
    texts.set(path, await read(path));
  }
  return completedAttributes(files, texts);
}

function blobOf(file: SnapshotFile): GitBlob {
  const { path, size } = file;
  return isLfs(file)
    ? madeBlob(path, Buffer.from(lfsPointer(file)))
    : { id: blobId(file), size, path };
}

function madeBlob(path: string, bytes: Buffer): GitBlob {
  return { id: gitObjectId('blob', bytes), size: bytes.byteLength, bytes, path };
}

function checkFile(file: SnapshotFile, modelId: string): void {
  const { path } = file;
  if (path.split('/').some((name) => name.toLowerCase() === '.git')) {
    throw new ModelkeepError(
      'unsupported',
      `${modelId} has the file ${JSON.stringify(path)}, which git refuses; download it without git`,
    );
  }
  if (isLfs(file) && file.digest === undefined) {
    throw new ModelkeepError(
      'gated',
      `${modelId} is gated: its source does not tell what ${path} is to somebody without access`,
    );
  }
}
