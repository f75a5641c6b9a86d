import type { HubRepositories } from '../repositories/hub-repositories.ts';
import { decodePath } from './locate.ts';
import type { RouteKind } from './route.ts';

/** Where a request goes, by its path alone. */
export interface Address {
  readonly route: RouteKind;
  /** How refusals are worded. */
  readonly place: 'api' | 'resolve' | 'page';
  /** Absent if the request is not about one model. */
  readonly repository?: string;
  /** What stands before the id in the path, and what follows the verb; both still encoded. */
  readonly before?: string;
  readonly after?: string;
  readonly rest?: string;
}

const API_VERBS: ReadonlyMap<string, RouteKind> = new Map([
  ['revision', 'info'],
  ['tree', 'tree'],
  ['paths-info', 'paths-info'],
  ['refs', 'refs'],
  ['commits', 'commits'],
  ['auth-check', 'auth-check'],
  ['xet-read-token', 'xet-token'],
]);
const FILE_VERBS: ReadonlyMap<string, RouteKind> = new Map([
  ['resolve', 'resolve'],
  ['raw', 'raw'],
]);
const CACHE = '/api/resolve-cache/models/';
const MODELS = '/api/models/';

/** Reads a path. A bare id and one with an organisation are told apart by the verb, or by what exists. */
export function readAddress(path: string, repositories: HubRepositories): Address {
  const exists = (id: string): boolean =>
    repositories.find(id) !== undefined || repositories.renamedTo(id) !== undefined;
  if (path === '/api/whoami-v2') return { route: 'whoami', place: 'api' };
  if (path === '/api/models' || path === MODELS) return { route: 'list', place: 'api' };
  if (path.startsWith(CACHE)) {
    const names = path.slice(CACHE.length).split('/');
    const idLength = /^[0-9a-f]{40}$/.test(names[1] ?? '') ? 1 : 2;
    return cut('resolve-cache', 'resolve', CACHE, names, idLength, idLength);
  }
  if (path.startsWith(MODELS)) {
    const names = path.slice(MODELS.length).split('/');
    return apiAddress(names, exists);
  }
  if (path.startsWith('/api/')) return { route: 'other', place: 'api' };
  return fileAddress(path.slice(1).split('/'));
}

function apiAddress(names: string[], exists: (id: string) => boolean): Address {
  const second = API_VERBS.get(names[1] ?? '');
  const bareFits = second !== undefined && !API_VERBS.has(names[2] ?? '');
  if (second !== undefined && (bareFits || exists(names[0] ?? ''))) {
    return cut(second, 'api', MODELS, names, 1, 2);
  }
  if (names.length === 1) return cut('info', 'api', MODELS, names, 1, 1);
  if (names.length === 2) return cut('info', 'api', MODELS, names, 2, 2);
  return cut(API_VERBS.get(names[2] ?? '') ?? 'other', 'api', MODELS, names, 2, 3);
}

function fileAddress(names: string[]): Address {
  for (const idLength of [1, 2]) {
    const route = FILE_VERBS.get(names[idLength] ?? '');
    const longEnough = names.length >= idLength + 3;
    if (route !== undefined && longEnough) {
      const place = route === 'resolve' ? 'resolve' : 'page';
      return cut(route, place, '/', names, idLength, idLength + 1);
    }
  }
  return { route: 'other', place: 'page' };
}

function cut(
  route: RouteKind,
  place: Address['place'],
  before: string,
  names: readonly string[],
  idLength: number,
  restFrom: number,
): Address {
  const id = names.slice(0, idLength).join('/');
  const after = names.slice(idLength).map((name) => `/${name}`);
  return {
    route,
    place,
    before,
    repository: decodePath(id),
    after: after.join(''),
    rest: names.slice(restFrom).join('/'),
  };
}
