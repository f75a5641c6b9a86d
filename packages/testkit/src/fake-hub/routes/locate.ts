import type { Commit, Repository } from '../repositories/repository.ts';
import type { StoredFile } from '../repositories/stored-file.ts';

/** A revision and a path read from what follows a verb such as `resolve`. */
export interface Location {
  readonly revision: string;
  readonly commit: Commit | undefined;
  /** The path decoded, or as sent if it does not decode. */
  readonly path: string;
  readonly rawPath: string;
}

/** Decodes a part of a path; text with a bare `%` stays as it is. */
export function decodePath(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    return raw;
  }
}

/**
 * Splits `revision/path`. A revision comes encoded (`refs%2Fpr%2F1`) or with bare slashes: the shortest
 * start that names a revision is it.
 */
export function locate(repository: Repository | undefined, rest: string): Location {
  const names = rest.split('/');
  const at = (count: number): Location => {
    const revision = decodePath(names.slice(0, count).join('/'));
    const rawPath = names.slice(count).join('/');
    const commit = repository?.resolve(revision);
    return { revision, commit, path: decodePath(rawPath), rawPath };
  };
  for (let count = 1; count <= names.length; count += 1) {
    const location = at(count);
    if (location.commit !== undefined) return location;
  }
  return at(names[0] === 'refs' ? Math.min(3, names.length) : 1);
}

/** The file at a location; a name that holds a bare `%` is found too. */
export function fileAt(location: Location): StoredFile | undefined {
  const files = location.commit?.files;
  return files?.get(location.path) ?? files?.get(location.rawPath);
}
