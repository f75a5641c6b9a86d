import { ModelkeepError } from '@modelkeep/core/spi';
import type { Route } from './route.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not pass
const CONTROL = /[\u0000-\u001f\u007f]/;

interface Candidate {
  readonly route: Route;
  readonly names: readonly string[];
}

/** The routes of one path, and what its parameters are. */
export interface Match {
  /** By method. */
  readonly routes: ReadonlyMap<string, Route>;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds routes by a raw path below the API's own. Each name of it is decoded once. */
export function createMatcher(routes: readonly Route[]): (path: string) => Match | undefined {
  const byLength = new Map<number, Candidate[]>();
  for (const route of routes) {
    const names = route.path.split('/').slice(1);
    const others = byLength.get(names.length) ?? [];
    byLength.set(names.length, [...others, { route, names }]);
  }
  return (path) => {
    const names = path.split('/').slice(1);
    const fitting = (byLength.get(names.length) ?? []).filter((candidate) =>
      candidate.names.every((name, index) => isParameter(name) || name === names[index]),
    );
    // A name that is written out wins over a parameter: `/jobs/latest` over `/jobs/{id}`.
    const [best] = fitting.toSorted((a, b) => parameterCount(a) - parameterCount(b));
    if (best === undefined) return undefined;
    const same = fitting.filter(({ route }) => route.path === best.route.path);
    const params: Record<string, string> = {};
    best.names.forEach((name, index) => {
      if (isParameter(name)) params[name.slice(1, -1)] = decode(names[index] ?? '');
    });
    return { routes: new Map(same.map(({ route }) => [route.method, route])), params };
  };
}

function isParameter(name: string): boolean {
  return name.startsWith('{');
}

function parameterCount({ names }: Candidate): number {
  return names.filter(isParameter).length;
}

function decode(name: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(name);
  } catch (error) {
    throw new ModelkeepError('invalid-argument', 'the path is not encoded as it should be', {
      cause: error,
    });
  }
  if (decoded === '' || CONTROL.test(decoded)) {
    throw new ModelkeepError('invalid-argument', 'the path has a name that may not be in it');
  }
  return decoded;
}
