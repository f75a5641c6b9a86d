import type { SnapshotFile } from '@modelkeep/core/spi';
import { blobId, gitObjectId } from './file-identity.ts';

interface Folder {
  readonly files: Map<string, SnapshotFile>;
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
  writeTree(nest(files), '', ids);
  const index: FolderIndex = {
    files: new Map(files.map((file) => [file.path, file])),
    treeIds: new Map([...ids].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
  indexes.set(files, index);
  return index;
}

function emptyFolder(): Folder {
  return { files: new Map(), folders: new Map() };
}

function nest(files: readonly SnapshotFile[]): Folder {
  const root = emptyFolder();
  for (const file of files) {
    const names = file.path.split('/');
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
    folder.files.set(fileName, file);
  }
  return root;
}

function writeTree(folder: Folder, path: string, ids: Map<string, string>): string {
  const rows: { readonly key: Buffer; readonly line: Buffer }[] = [];
  const add = (name: string, mode: string, id: string, sortAs: string): void => {
    const line = Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]);
    rows.push({ key: Buffer.from(sortAs), line });
  };
  for (const [name, file] of folder.files) add(name, '100644', blobId(file), name);
  for (const [name, child] of folder.folders) {
    // Git sorts a folder as if its name ended in a slash.
    add(name, '40000', writeTree(child, path === '' ? name : `${path}/${name}`, ids), `${name}/`);
  }
  rows.sort((a, b) => Buffer.compare(a.key, b.key));
  const id = gitObjectId('tree', Buffer.concat(rows.map(({ line }) => line)));
  ids.set(path, id);
  return id;
}
