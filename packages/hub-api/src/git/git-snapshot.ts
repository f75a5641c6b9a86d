import type { GitPoint, ServedRevision } from '@modelkeep/core';
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

/**
 * A snapshot as a commit of git: the upstream's own where its object is known and its files are ours, else one made of
 * nothing but the snapshot and what it goes on from.
 */
export interface GitSnapshot {
  /** The commit's id in git. */
  readonly id: string;
  readonly commitBody: Buffer;
  /** Whether it is the upstream's own, and none that was made. */
  readonly isOwn: boolean;
  /** What came before it, which may be here or not. */
  readonly parents: readonly GitPoint[];
  readonly rootTree: string;
  /** By id. */
  readonly trees: ReadonlyMap<string, TreeObject>;
  readonly blobs: ReadonlyMap<string, GitBlob>;
}

/** Where the parts of a commit come from. */
export interface GitSources {
  /** The text of a small file. */
  readonly read: (path: string) => Promise<string>;
  /** The upstream's own commit object. */
  readonly object: Uint8Array | undefined;
  /** What a commit that is made goes on from. */
  readonly parent: () => Promise<GitPoint | null | undefined>;
}

type Objects = Pick<GitSnapshot, 'rootTree' | 'trees' | 'blobs'>;

// As of archives: a date that the bytes do not depend on.
const WHO = 'Modelkeep <modelkeep@localhost> 315532800 +0000';
const plain = new WeakMap<readonly SnapshotFile[], Objects>();
const completed = new WeakMap<readonly SnapshotFile[], Promise<Objects>>();

/** Makes the commit; its trees once for each list of files. */
export async function gitSnapshot(
  served: ServedRevision,
  { read, object, parent }: GitSources,
): Promise<GitSnapshot> {
  const { commit, derived = false } = served;
  if (object !== undefined) {
    const objects = plainObjects(served);
    const parents = parentsOf(object, objects.rootTree);
    if (parents !== undefined) {
      const commitBody = Buffer.from(object);
      return { id: commit, commitBody, isOwn: true, parents, ...objects };
    }
  }
  const objects = await completedObjects(served, read);
  const before = await parent();
  const parents = before == null ? [] : [before];
  const lines = parents.map(({ id }) => `parent ${id}\n`).join('');
  const commitBody = Buffer.from(
    `tree ${objects.rootTree}\n${lines}author ${WHO}\ncommitter ${WHO}\n\n${messageOf(commit, derived)}`,
  );
  return { id: gitObjectId('commit', commitBody), commitBody, isOwn: false, parents, ...objects };
}

/** The parents that a commit object names, if its tree is the one of the files: modes other than a plain file's are not known. */
function parentsOf(object: Uint8Array, rootTree: string): readonly GitPoint[] | undefined {
  const [tree, ...lines] = Buffer.from(object).toString('latin1').split('\n');
  if (tree !== `tree ${rootTree}`) return undefined;
  const end = lines.findIndex((line) => !line.startsWith('parent '));
  const ids = lines.slice(0, end).map((line) => line.slice('parent '.length));
  return ids.map((id) => ({ commit: id, id }));
}

/** As the files are. */
function plainObjects({ files, modelId }: ServedRevision): Objects {
  const known = plain.get(files);
  if (known !== undefined) return known;
  for (const file of files) checkFile(file, modelId);
  const objects = makeObjects(files, new Map());
  plain.set(files, objects);
  return objects;
}

/** With what a clone needs so that git-lfs takes its files. */
function completedObjects(
  { files, modelId }: ServedRevision,
  read: GitSources['read'],
): Promise<Objects> {
  const known = completed.get(files);
  if (known !== undefined) return known;
  const making = (async () => {
    for (const file of files) checkFile(file, modelId);
    return makeObjects(files, await missingAttributes(files, read));
  })();
  completed.set(files, making);
  making.catch(() => completed.delete(files));
  return making;
}

function makeObjects(
  files: readonly SnapshotFile[],
  attributes: ReadonlyMap<string, string>,
): Objects {
  const blobs = new Map<string, GitBlob>();
  const ids = new Map<string, string>();
  const add = (blob: GitBlob): void => {
    ids.set(blob.path, blob.id);
    blobs.set(blob.id, blob);
  };
  for (const file of files) {
    if (!attributes.has(file.path)) add(blobOf(file));
  }
  for (const [path, text] of attributes) add(madeBlob(path, Buffer.from(text)));
  const trees = new Map<string, TreeObject>();
  const rootTree = writeTrees(ids, (tree) => trees.set(tree.id, tree));
  return { rootTree, trees, blobs };
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
      `${modelId} is gated, and the cache may not read ${path}: ask for access on the model's page, then give the cache's connection the access token of that account`,
    );
  }
}
