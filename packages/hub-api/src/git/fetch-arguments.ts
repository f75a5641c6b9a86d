import { GitProtocolError } from './git-command.ts';

/** What a client leaves out of a clone, to ask for it later. */
export interface ObjectFilter {
  /** Blobs of this size and more are left out. */
  readonly blobsFrom: number;
  readonly trees: boolean;
}

/** The arguments of the command `fetch`, as far as they change the answer. */
export interface FetchArguments {
  readonly wants: readonly string[];
  readonly haves: readonly string[];
  readonly filter: ObjectFilter;
  /** Commits whose history the client does not have. */
  readonly shallow: readonly string[];
  /** How many commits of history the client asks for; all of them is infinity. Undefined if it says nothing of it. */
  readonly depth: number | undefined;
  /** Whether the client waits for the objects, whatever it has. */
  readonly done: boolean;
  /** Whether the client shows what it is told on the way. */
  readonly showsProgress: boolean;
}

/** What of a request says which objects to send. */
export type Choice = Pick<FetchArguments, 'wants' | 'haves' | 'filter' | 'shallow' | 'depth'>;

const OBJECT_ID = /^[0-9a-f]{40}$/;
const MOST_WANTS = 200_000;
const UNITS: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };
/** Nothing is left out. */
export const EVERYTHING: ObjectFilter = { blobsFrom: Number.POSITIVE_INFINITY, trees: true };
/** About how a client would like the answer. */
const WITHOUT_EFFECT = new Set(['thin-pack', 'include-tag', 'ofs-delta', 'wait-for-done']);
/** By dates or refs, of which what is made has none to cut at. */
const DEEPENING = new Set(['deepen-since', 'deepen-not']);

/** Reads them. Throws a `GitProtocolError`. */
export function readFetchArguments(args: readonly string[]): FetchArguments {
  const wants = new Set<string>();
  const haves = new Set<string>();
  let filter = EVERYTHING;
  let done = false;
  let depth: number | undefined;
  let isRelative = false;
  let showsProgress = true;
  const shallow: string[] = [];
  for (const arg of args) {
    const space = arg.indexOf(' ');
    const name = space < 0 ? arg : arg.slice(0, space);
    const value = space < 0 ? '' : arg.slice(space + 1);
    if (name === 'want') wants.add(objectId(value));
    else if (name === 'have') haves.add(objectId(value));
    else if (name === 'filter') filter = readFilter(value);
    else if (name === 'shallow') shallow.push(objectId(value));
    else if (name === 'deepen') depth = readDepth(value);
    else if (name === 'deepen-relative') isRelative = true;
    else if (DEEPENING.has(name)) depth ??= 1;
    else if (name === 'no-progress') showsProgress = false;
    else if (name === 'done') done = true;
    else if (!WITHOUT_EFFECT.has(name)) {
      throw new GitProtocolError(`this cache does not know the argument "${name.slice(0, 40)}"`);
    }
  }
  if (wants.size === 0) throw new GitProtocolError('the request wants nothing');
  if (wants.size > MOST_WANTS) throw new GitProtocolError('the request wants too much at once');
  // Who asks for more than there is gets what there is.
  if (isRelative && depth !== undefined) depth = Number.POSITIVE_INFINITY;
  return { wants: [...wants], haves: [...haves], filter, shallow, depth, done, showsProgress };
}

function readDepth(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new GitProtocolError('the request names no depth');
  return Number(text);
}

function objectId(text: string): string {
  if (!OBJECT_ID.test(text)) throw new GitProtocolError('the request names no object');
  return text;
}

function readFilter(spec: string): ObjectFilter {
  if (spec === 'blob:none') return { blobsFrom: 0, trees: true };
  if (spec === 'tree:0') return { blobsFrom: 0, trees: false };
  const [, digits, unit = ''] = /^blob:limit=(\d{1,12})([kmg]?)$/i.exec(spec) ?? [];
  if (digits === undefined) {
    throw new GitProtocolError('this cache knows the filters blob:none, blob:limit=N and tree:0');
  }
  return { blobsFrom: Number(digits) * (UNITS[unit.toLowerCase()] ?? 1), trees: true };
}
