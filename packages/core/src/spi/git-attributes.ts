import { matchesGitPattern } from './git-pattern.ts';

/** The Hub keeps any larger file by git-lfs, whatever the attributes say. */
export const ALWAYS_LFS_BYTES: number = 10 * 1024 * 1024;
/** More rules than any real file has; each is tried on each path. */
const MOST_RULES = 10_000;

interface AttributeRule {
  /** Folder of the `.gitattributes` file, with a slash behind; empty for the root. */
  readonly folder: string;
  readonly pattern: string;
  readonly lfs: boolean;
}

function parseLine(line: string, folder: string): AttributeRule | undefined {
  const [pattern, ...attributes] = line.trim().split(/[ \t]+/);
  if (pattern === undefined || pattern === '' || /^[#!"]|^\[attr\]/.test(pattern)) return undefined;
  const filter = attributes.findLast((attribute) => /^[-!]?filter(?:=|$)/.test(attribute));
  if (filter === undefined) return undefined;
  return { folder, pattern, lfs: filter === 'filter=lfs' };
}

function appliesTo(rule: AttributeRule, path: string): boolean {
  if (!path.startsWith(rule.folder)) return false;
  return matchesGitPattern(rule.pattern, path.slice(rule.folder.length));
}

/** Tells which files git-lfs keeps, from the `.gitattributes` files of a repository (path to text). Only ever matched as text. */
export function lfsRules(
  attributeFiles: ReadonlyMap<string, string>,
): (file: { readonly path: string; readonly size: number }) => boolean {
  const rules = [...attributeFiles]
    .map(([path, text]) => ({ folder: path.slice(0, path.lastIndexOf('/') + 1), text }))
    // A file deeper down has the last word.
    .toSorted((a, b) => a.folder.length - b.folder.length)
    .flatMap(({ folder, text }) => text.split('\n').map((line) => parseLine(line, folder)))
    .filter((rule) => rule !== undefined)
    .slice(-MOST_RULES);
  return ({ path, size }) =>
    size > ALWAYS_LFS_BYTES || (rules.findLast((rule) => appliesTo(rule, path))?.lfs ?? false);
}
