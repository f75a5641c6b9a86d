/** What a file system takes for the same name. */
export interface FileSystemRules {
  /** `A` and `a` are one file: Windows, macOS as delivered. */
  readonly caseInsensitive: boolean;
  /** Composed and decomposed letters are one file: macOS. */
  readonly normalizing: boolean;
}

/** Folds as far as any file system does: full case folding makes `ß` equal `ss`. */
function fold(path: string, rules: FileSystemRules): string {
  const cased = rules.caseInsensitive
    ? path.normalize('NFD').toUpperCase().toLowerCase().normalize('NFC')
    : path;
  return rules.normalizing ? cased.normalize('NFD') : cased;
}

/**
 * Two of `paths` that a folder with these rules could not hold as two files, or of which one is a file and the other
 * lies in a folder of its name. Undefined if all fit.
 */
export function findCollision(
  paths: Iterable<string>,
  rules: FileSystemRules,
): readonly [string, string] | undefined {
  const files = new Map<string, string>();
  for (const path of paths) {
    const folded = fold(path, rules);
    const twin = files.get(folded);
    if (twin !== undefined) return [twin, path];
    files.set(folded, path);
  }
  for (const [folded, path] of files) {
    for (let at = folded.indexOf('/'); at !== -1; at = folded.indexOf('/', at + 1)) {
      const file = files.get(folded.slice(0, at));
      if (file !== undefined) return [file, path];
    }
  }
  return undefined;
}
