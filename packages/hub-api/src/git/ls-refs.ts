import type { Call } from '../call.ts';
import { DEFAULT_REVISION } from '../routing/locate.ts';
import {
  type GitRevision,
  gitRevision,
  gitRevisionIfAny,
  isCommitName,
  keptNames,
  knownRefs,
} from './git-revisions.ts';
import { FLUSH, pktLine } from './pkt-line.ts';

/** A ref, and the commit it points at. */
export interface GitRef {
  readonly name: string;
  readonly id: string;
}

const HEADS = 'refs/heads/';
const TAGS = 'refs/tags/';
/** Tags that say of which upstream commit the files are. Whoever imports a clone looks for them. */
const UPSTREAM = `${TAGS}upstream-`;
const HEAD_REF = `${HEADS}${DEFAULT_REVISION}`;
// What git itself takes for a ref's name (git help check-ref-format), of what a revision may be.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
const BAD_REF = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|(?:^|\/)\.|\.lock(?:\/|$)|[./]$/;

/** Fails as `main` does if the model has no ref at all, which are those that {@link lsRefs} tells. */
export async function checkRefs(call: Call): Promise<void> {
  await gitRefs(call, [], false);
}

/**
 * The refs of a model: `main`, what else is kept, and what the client asks for by its full name. Others would make every
 * clone fetch every branch.
 */
async function gitRefs(
  call: Call,
  prefixes: readonly string[],
  tells: boolean,
): Promise<readonly GitRef[]> {
  const known = await knownRefs(call);
  const tags = new Set(known.tags.map(({ name }) => name));
  const names = new Map<string, string>();
  for (const name of await keptNames(call)) {
    if (!isCommitName(name)) names.set(refOf(name, tags.has(name)), name);
  }
  for (const { name } of known.branches) {
    if (prefixes.includes(refOf(name, false))) names.set(refOf(name, false), name);
  }
  for (const { name } of known.tags) {
    if (prefixes.includes(refOf(name, true))) names.set(refOf(name, true), name);
  }
  for (const prefix of prefixes.filter((each) => each.startsWith(UPSTREAM))) {
    const commit = prefix.slice(UPSTREAM.length);
    if (isCommitName(commit)) names.set(prefix, commit);
  }
  const refs = new Map<string, GitRevision>();
  for (const [ref, name] of names) {
    if (BAD_REF.test(ref)) continue;
    const branch = ref.startsWith(HEADS) ? ref.slice(HEADS.length) : undefined;
    const found = await gitRevisionIfAny(call, name, tells ? { branch } : undefined);
    if (found !== undefined) refs.set(ref, found);
  }
  // To say what is wrong.
  if (refs.size === 0) refs.set(HEAD_REF, await gitRevision(call, DEFAULT_REVISION));
  for (const found of [...refs.values()]) {
    const { served, snapshot } = found;
    if (!served.derived && snapshot.id !== served.commit)
      refs.set(`${UPSTREAM}${served.commit}`, found);
  }
  return [...refs]
    .map(([name, { snapshot }]) => ({ name, id: snapshot.id }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function refOf(name: string, isTag: boolean): string {
  if (name.startsWith('refs/')) return name;
  return `${isTag ? TAGS : HEADS}${name}`;
}

/** What `HEAD` points at. */
function headOf(refs: readonly GitRef[]): GitRef | undefined {
  return refs.find(({ name }) => name === HEAD_REF);
}

/** The answer to the command `ls-refs`. */
export async function lsRefs(call: Call, args: readonly string[]): Promise<Buffer> {
  const prefixes = args
    .filter((arg) => arg.startsWith('ref-prefix '))
    .map((arg) => arg.slice('ref-prefix '.length));
  const refs = await gitRefs(call, prefixes, true);
  const head = headOf(refs);
  const isAsked = ({ name }: GitRef): boolean =>
    prefixes.length === 0 || prefixes.some((prefix) => name.startsWith(prefix));
  const symref = args.includes('symrefs') ? ` symref-target:${HEAD_REF}` : '';
  const lines =
    head !== undefined && isAsked({ ...head, name: 'HEAD' }) ? [`${head.id} HEAD${symref}\n`] : [];
  for (const ref of refs.filter(isAsked)) lines.push(`${ref.id} ${ref.name}\n`);
  return Buffer.concat([...lines.map((line) => pktLine(line)), FLUSH]);
}
