import { createHash } from 'node:crypto';

/** Git's id of an object in memory. */
export function gitObjectId(type: 'blob' | 'tree' | 'commit', body: Uint8Array | string): string {
  const bytes = Buffer.from(body);
  return createHash('sha1').update(`${type} ${bytes.length}\0`).update(bytes).digest('hex');
}

interface Folder {
  readonly files: Map<string, string>;
  readonly folders: Map<string, Folder>;
}

function emptyFolder(): Folder {
  return { files: new Map(), folders: new Map() };
}

function nest(blobs: ReadonlyMap<string, string>): Folder {
  const root = emptyFolder();
  for (const [path, oid] of blobs) {
    const names = path.split('/');
    const fileName = names.pop() ?? path;
    let folder = root;
    for (const name of names) {
      const next = folder.folders.get(name) ?? emptyFolder();
      folder.folders.set(name, next);
      folder = next;
    }
    folder.files.set(fileName, oid);
  }
  return root;
}

function writeTree(folder: Folder, path: string, ids: Map<string, string>): string {
  const rows: { key: Buffer; line: Buffer }[] = [];
  const add = (name: string, mode: string, oid: string, sortAs: string): void => {
    const line = Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, 'hex')]);
    rows.push({ key: Buffer.from(sortAs), line });
  };
  for (const [name, oid] of folder.files) add(name, '100644', oid, name);
  for (const [name, child] of folder.folders) {
    const childPath = path === '' ? name : `${path}/${name}`;
    // Git sorts a folder as if its name ended in a slash.
    add(name, '40000', writeTree(child, childPath, ids), `${name}/`);
  }
  rows.sort((a, b) => Buffer.compare(a.key, b.key));
  const oid = gitObjectId('tree', Buffer.concat(rows.map((row) => row.line)));
  ids.set(path, oid);
  return oid;
}

/** Git's tree ids for files given as path -> blob id: of every folder by its path, of the root under ''. */
export function gitTreeIds(blobs: ReadonlyMap<string, string>): Map<string, string> {
  const ids = new Map<string, string>();
  writeTree(nest(blobs), '', ids);
  return ids;
}

export interface CommitFacts {
  readonly tree: string;
  readonly parent?: string | undefined;
  readonly author: string;
  readonly message: string;
  /** ms since the epoch. */
  readonly date: number;
}

/** Git's id of a commit. */
export function gitCommitId(facts: CommitFacts): string {
  const who = `${facts.author} <${facts.author}@example.com> ${Math.floor(facts.date / 1000)} +0000`;
  const lines = [`tree ${facts.tree}`];
  if (facts.parent !== undefined) lines.push(`parent ${facts.parent}`);
  lines.push(`author ${who}`, `committer ${who}`, '', facts.message, '');
  return gitObjectId('commit', lines.join('\n'));
}
