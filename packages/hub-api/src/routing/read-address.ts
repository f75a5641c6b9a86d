import type { Place } from '../http/error-answer.ts';
import { isModelName } from './model-id.ts';
import type { Segment, Target } from './read-target.ts';

/** What a request is for. */
export type Route =
  | 'info'
  | 'tree'
  | 'paths-info'
  | 'refs'
  | 'commits'
  | 'auth-check'
  | 'xet-token'
  | 'other-api'
  | 'list'
  | 'tags'
  | 'whoami'
  | 'harnesses'
  | 'telemetry'
  | 'other-kind'
  | 'resolve'
  | 'raw'
  | 'page'
  | 'page-tree'
  | 'page-blob'
  | 'git-refs'
  | 'git-upload-pack'
  | 'git-receive-pack'
  | 'lfs-batch'
  | 'lfs-other'
  | 'home'
  | 'unknown';

/** Where a request goes, by its path alone. */
export interface Address {
  readonly route: Route;
  /** How its errors are worded. */
  readonly place: Place;
  /** Absent if the request is not about one model. */
  readonly modelId?: string;
  /** What comes before the id, and after it with the verb. */
  readonly before: readonly Segment[];
  readonly after: readonly Segment[];
  /** What follows the verb: often a revision and a path. */
  readonly rest: readonly Segment[];
}

const API_VERBS: ReadonlyMap<string, Route> = new Map([
  ['revision', 'info'],
  ['tree', 'tree'],
  ['paths-info', 'paths-info'],
  ['refs', 'refs'],
  ['commits', 'commits'],
  ['auth-check', 'auth-check'],
  ['xet-read-token', 'xet-token'],
]);
// Verbs of the Hub that are passed on. They tell `gpt2/discussions` from a model of that name.
const PASSED_ON: ReadonlySet<string> = new Set([
  'branch',
  'commit',
  'compare',
  'discussions',
  'eval-results',
  'like',
  'likers',
  'lfs-files',
  'notebook',
  'preupload',
  'scan',
  'settings',
  'super-squash',
  'tag',
  'treesize',
  'user-access-request',
  'xet-write-token',
]);
const FILE_VERBS: ReadonlyMap<string, readonly [Route, Place]> = new Map([
  ['resolve', ['resolve', 'file']],
  ['raw', ['raw', 'file']],
  ['tree', ['page-tree', 'page']],
  ['blob', ['page-blob', 'page']],
]);
const GIT_VERBS: ReadonlyMap<string, readonly [Route, Place]> = new Map([
  ['info/refs', ['git-refs', 'git']],
  ['git-upload-pack', ['git-upload-pack', 'git']],
  ['git-receive-pack', ['git-receive-pack', 'git']],
  ['info/lfs/objects/batch', ['lfs-batch', 'lfs']],
]);
const OTHER_KINDS: ReadonlySet<string> = new Set([
  'datasets',
  'spaces',
  'kernels',
  'buckets',
  'collections',
]);
const RESERVED: ReadonlySet<string> = new Set(['-', 'api', 'v2', 'favicon.ico', 'robots.txt']);

/** Reads where a request goes. */
export function readAddress({ segments }: Target): Address {
  const [first, second] = segments;
  if (first === undefined) return place('home', 'page', segments);
  if (OTHER_KINDS.has(first.text)) {
    const isFile = segments.some(({ text }) => text === 'resolve' || text === 'raw');
    return place('other-kind', isFile ? 'file' : 'page', segments);
  }
  if (first.text !== 'api') return fileAddress(segments);
  if (second?.text === 'models') {
    return segments.length === 2 ? place('list', 'api', segments) : apiAddress(segments);
  }
  return place(apiRoute(second?.text), 'api', segments);
}

function apiRoute(name: string | undefined): Route {
  if (name === undefined) return 'unknown';
  if (OTHER_KINDS.has(name)) return 'other-kind';
  switch (name) {
    case 'whoami-v2':
      return 'whoami';
    case 'agent-harnesses':
      return 'harnesses';
    case 'telemetry':
      return 'telemetry';
    case 'models-tags-by-type':
      return 'tags';
    default:
      return 'unknown';
  }
}

/** `/api/models/…`: a bare id and one with an organisation are told apart by the verb. */
function apiAddress(segments: readonly Segment[]): Address {
  const names = segments.slice(2);
  const verbAt = (index: number): Route | undefined => {
    const text = names[index]?.text ?? '';
    return API_VERBS.get(text) ?? (PASSED_ON.has(text) ? 'other-api' : undefined);
  };
  const bare = verbAt(1);
  if (names.length === 1) return modelAddress('info', 'api', segments, 2, 1, 1);
  if (bare !== undefined) return modelAddress(bare, 'api', segments, 2, 1, 2);
  if (names.length === 2) return modelAddress('info', 'api', segments, 2, 2, 2);
  return modelAddress(verbAt(2) ?? 'other-api', 'api', segments, 2, 2, 3);
}

function fileAddress(segments: readonly Segment[]): Address {
  if (RESERVED.has(segments[0]?.text ?? '')) return place('unknown', 'page', segments);
  for (const idLength of [1, 2]) {
    const verb = segments[idLength]?.text ?? '';
    const [route, kind] = FILE_VERBS.get(verb) ?? [];
    const needs = route === 'page-tree' ? 2 : 3;
    if (route !== undefined && kind !== undefined && segments.length >= idLength + needs) {
      return modelAddress(route, kind, segments, 0, idLength, idLength + 1);
    }
    const git = gitAddress(segments, idLength);
    if (git !== undefined) return git;
  }
  if (segments.length > 2) return place('unknown', 'page', segments);
  return modelAddress('page', 'page', segments, 0, segments.length, segments.length);
}

/** A request of git or git-lfs. Both add `.git` to a name, or leave it out, as they like. */
function gitAddress(segments: readonly Segment[], idLength: number): Address | undefined {
  const path = segments.slice(idLength).map(({ text }) => text);
  const [route, kind] = GIT_VERBS.get(path.join('/')) ?? [];
  const isLfs = path[0] === 'info' && path[1] === 'lfs';
  if (route === undefined && !isLfs) return undefined;
  const last = segments[idLength - 1];
  if (last === undefined) return undefined;
  const name = last.text.replace(/\.git$/, '');
  const named = segments.with(idLength - 1, { raw: name, text: name });
  return modelAddress(route ?? 'lfs-other', kind ?? 'lfs', named, 0, idLength, named.length);
}

function place(route: Route, kind: Place, segments: readonly Segment[]): Address {
  return { route, place: kind, before: segments, after: [], rest: [] };
}

/** Counts: names before the id, names of the id, and names from the start of the id to what follows the verb. */
function modelAddress(
  route: Route,
  kind: Place,
  segments: readonly Segment[],
  before: number,
  idLength: number,
  restFrom: number,
): Address {
  const names = segments.slice(before, before + idLength).map(({ text }) => text);
  if (!names.every(isModelName)) return place('unknown', kind, segments);
  return {
    route,
    place: kind,
    modelId: names.join('/'),
    before: segments.slice(0, before),
    after: segments.slice(before + idLength),
    rest: segments.slice(before + restFrom),
  };
}
