import type { Segment } from './read-target.ts';

/** A revision, and a path in it. */
export interface Location {
  readonly revision: string;
  /** `''` for the root. */
  readonly path: string;
  /** The path as a client means it that does not encode, where that is another. */
  readonly literalPath?: string;
}

/** What a silent client means, and what `HEAD` is on the Hub. */
export const DEFAULT_REVISION = 'main';

/** Splits `revision/path`. A revision comes encoded (`refs%2Fpr%2F1`), or, of the form `refs/x/y`, with bare slashes. */
export function locate(rest: readonly Segment[]): Location {
  return rest[0]?.text === 'refs' && rest.length >= 3 ? splitAt(rest, 3) : splitAt(rest, 1);
}

/** Splits `revision/path` by the names of branches and tags, for one with a bare slash in it (`feature/x`). */
export function locateByName(
  rest: readonly Segment[],
  names: ReadonlySet<string>,
): Location | undefined {
  for (let count = 2; count <= rest.length; count += 1) {
    const location = splitAt(rest, count);
    if (names.has(location.revision)) return location;
  }
  return undefined;
}

function splitAt(rest: readonly Segment[], count: number): Location {
  const revision = joined(rest.slice(0, count).map(({ text }) => text));
  const path = rest.slice(count);
  return {
    revision: revision === 'HEAD' || revision === '' ? DEFAULT_REVISION : revision,
    path: joined(path.map(({ text }) => text)),
    ...(path.some(({ literal }) => literal !== undefined)
      ? { literalPath: joined(path.map(({ text, literal }) => literal ?? text)) }
      : {}),
  };
}

function joined(names: readonly string[]): string {
  return names.join('/');
}
