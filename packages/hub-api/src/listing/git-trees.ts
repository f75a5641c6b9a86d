import type { SnapshotFile } from '@modelkeep/core/spi';
import { blobId, gitObjectId } from './file-identity.ts';

interface Folder {
  /** Id of what git keeps, by name. */
  readonly files: Map<string, string>;
  readonly folders: Map<string, Folder>;
}

/** The folders of a commit. */
export interface FolderIndex {
  readonly files: ReadonlyMap<string, SnapshotFile>;
  /** Git's tree id of each folder by its path, in the order of paths; the root under `''`. */
  readonly treeIds: ReadonlyMap<string, string>;
}

const indexes = new WeakMap<readonly SnapshotFile[], FolderIndex>();

/** Folders of the files, found once for each list. Modes are not known: each file counts as a plain one. */
export function folderIndex(files: readonly SnapshotFile[]): FolderIndex {
  const known = indexes.get(files);
  if (known !== undefined) return known;
  const ids = new Map<string, string>();
  writeTrees(new Map(files.map((file) => [file.path, blobId(file)])), ({ path, id }) => {
    ids.set(path, id);
  });
  const index: FolderIndex = {
    files: new Map(files.map((file) => [file.path, file])),
    treeIds: new Map([...ids].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
  indexes.set(files, index);
  return index;
}

/** Git's object for a folder. */
export interface TreeObject {
  /** `''` for the root. */
  readonly path: string;
  readonly id: string;
  readonly body: Buffer;
}

/** Makes git's tree objects for blobs (path to id), a folder's before its parent's. Returns the root's id. */
export function writeTrees(
  blobs: ReadonlyMap<string, string>,
  onTree: (tree: TreeObject) => void,
): string {
  return writeTree(nest(blobs), '', onTree);
}

function emptyFolder(): Folder {
  return { files: new Map(), folders: new Map() };
}

function nest(blobs: ReadonlyMap<string, string>): Folder {
  const root = emptyFolder();
  for (const [path, id] of blobs) {
    const names = path.split('/');
    const fileName = names.pop() ?? '';
    let folder = root;
    for (const name of names) {
      let next = folder.folders.get(name);
      if (next === undefined) {
        next = emptyFolder();
        folder.folders.set(name, next);
      }
      folder = next;
    }
    folder.files.set(fileName, id);
  }
  return root;
}

function writeTree(folder: Folder, path: string, onTree: (tree: TreeObject) => void): string {
  const rows: { readonly key: Buffer; readonly line: Buffer }[] = [];
  const add = (name: string, mode: string, id: string, sortAs: string): void => {
    const line = Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]);
    rows.push({ key: Buffer.from(sortAs), line });
  };
  for (const [name, id] of folder.files) add(name, '100644', id, name);
  for (const [name, child] of folder.folders) {
    // Git sorts a folder as if its name ended in a slash.
    add(
      name,
      '40000',
      writeTree(child, path === '' ? name : `${path}/${name}`, onTree),
      `${name}/`,
    );
  }
  rows.sort((a, b) => Buffer.compare(a.key, b.key));
  const body = Buffer.concat(rows.map(({ line }) => line));
  const id = gitObjectId('tree', body);
  onTree({ path, id, body });
  return id;
}
