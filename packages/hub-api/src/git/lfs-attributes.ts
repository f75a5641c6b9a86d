import { lfsRules, type SnapshotFile } from '@modelkeep/core/spi';
import { isLfs } from '../listing/file-identity.ts';

const ATTRIBUTES = '.gitattributes';

/** Whether a path is a `.gitattributes` file. */
export function isAttributes(path: string): boolean {
  return path === ATTRIBUTES || path.endsWith(`/${ATTRIBUTES}`);
}

/**
 * The `.gitattributes` files that have to be other than they are (path to text), so that git-lfs takes every file that is
 * kept by it: a clone would have the pointer of one that they do not name. Mostly none.
 */
export function completedAttributes(
  files: readonly SnapshotFile[],
  attributes: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const covers = lfsRules(attributes);
  const completed = new Map<string, string>();
  // The size is left out: only what the attributes say counts for git.
  for (const { path } of files.filter((file) => isLfs(file) && !covers({ ...file, size: 0 }))) {
    const at = nearest(path, attributes);
    const text = completed.get(at) ?? attributes.get(at) ?? '';
    const folder = at.slice(0, -ATTRIBUTES.length);
    const line = `/${asPattern(path.slice(folder.length))} filter=lfs diff=lfs merge=lfs -text\n`;
    completed.set(at, `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}`);
  }
  return completed;
}

/** The file deepest down has the last word. */
function nearest(path: string, attributes: ReadonlyMap<string, string>): string {
  let folder = path;
  while (folder.includes('/')) {
    folder = folder.slice(0, folder.lastIndexOf('/'));
    if (attributes.has(`${folder}/${ATTRIBUTES}`)) return `${folder}/${ATTRIBUTES}`;
  }
  return ATTRIBUTES;
}

/** As git-lfs writes it: git-lfs does not read quoted patterns. */
function asPattern(path: string): string {
  return path.replace(/[\\*?[]/g, '\\$&').replace(/\s/g, '[[:space:]]');
}
