import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { startFakeHub } from '@modelkeep/testkit/fake-hub';
import {
  type HostileExpectation,
  type HostileMember,
  hostileCases,
  hostileTars,
  hostileZips,
  tarOfMembers,
  zipOfMembers,
} from '@modelkeep/testkit/hostile-archives';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, createBench } from './modelkeep.ts';
import { ON_OTHER_BACKENDS } from './support/chosen-store.ts';
import { type ErrorLine, errorsOf } from './support/pulls.ts';
import { readTree } from './support/read-tree.ts';

const CANARY_FOLDERS = ['', 'home', 'etc', 'model', 'sub', 'sub/etc', 'r', 'r/model'];
/** Archives for one run: most of a run is its start. */
const AT_ONCE = 50;

let bench: Bench;

beforeAll(async () => {
  await using hub = await startFakeHub();
  await hub.addModel({ id: 'gpt2', files: { 'config.json': '{"kept":true}' } });
  bench = await createBench({ HF_ENDPOINT: hub.url });
  await bench.json(['pull', 'gpt2']);
  for (const folder of CANARY_FOLDERS) {
    await mkdir(join(bench.folder, folder), { recursive: true });
    await writeFile(join(bench.folder, folder, 'canary'), `canary of ${folder}`);
  }
});
afterAll(() => bench[Symbol.asyncDispose]());

/** Everything in the bench's folder and its store, but the index, whose bytes may change. */
async function picture(): Promise<Record<string, string>> {
  const tree = { ...(await readTree(bench.folder)), ...(await readTree(bench.objects)) };
  return Object.fromEntries(Object.entries(tree).filter(([path]) => !path.includes('index.db')));
}

interface Hostile {
  readonly name: string;
  readonly expected: HostileExpectation;
  /** Makes the archive or the folder, and returns its path; undefined if this disk cannot hold it. */
  readonly make: (folder: string) => Promise<string | undefined>;
}

const ARCHIVES: readonly Hostile[] = [
  ...hostileCases().map(({ name, members, expected }) => ({
    name,
    bytes: () => tarOfMembers(members),
    expected,
  })),
  ...hostileTars(),
  ...hostileCases().flatMap(({ name, members, expected }) => {
    const zip = zipOfMembers(members);
    return zip === undefined ? [] : [{ name: `as zip: ${name}`, bytes: () => zip, expected }];
  }),
  ...hostileZips(),
].map(({ name, bytes, expected }) => ({
  name,
  expected,
  make: async (folder) => {
    const path = join(folder, 'archive');
    await writeFile(path, bytes());
    return path;
  },
}));

const FOLDERS: readonly Hostile[] = hostileCases()
  // Of a folder's `.git` nothing but its HEAD is looked at.
  .filter(({ members }) => !members.some(({ path }) => path.includes('.git/')))
  .map(({ name, members, expected }) => ({
    name,
    expected: { ...expected, names: expected.names?.replace(/^r\//, '') ?? '' },
    make: async (folder) => ((await isLaidOut(folder, members)) ? join(folder, 'r') : undefined),
  }));

function check(error: ErrorLine, { name, expected }: Hostile): void {
  // Before it is seen that the bytes are not there it is seen that there is no room for them.
  const isHuge = expected.reason === 'truncated' && error.code === 'no-space';
  if (!isHuge) expect(error, name).toMatchObject({ code: expected.code });
  if (!isHuge) expect(error.message, name).toContain(expected.names ?? '');
  expect(error.message, name).not.toMatch(/\p{Cc}/u);
}

/** Imports all of them, many in one run; each must be refused in its own way. Returns how many there were. */
async function expectRefusals(hostiles: readonly Hostile[]): Promise<number> {
  const before = await picture();
  const made = join(bench.folder, 'made');
  let tried = 0;
  for (let start = 0; start < hostiles.length; start += AT_ONCE) {
    const paths = new Map<string, Hostile>();
    for (const [index, hostile] of hostiles.slice(start, start + AT_ONCE).entries()) {
      const folder = join(made, String(index));
      await mkdir(folder, { recursive: true });
      const path = await hostile.make(folder);
      if (path !== undefined) paths.set(path, hostile);
    }
    const said = await bench.run(['import', ...paths.keys(), '--json']);
    await rm(made, { recursive: true });
    const errors = errorsOf(said);
    expect(said.status).not.toBe(0);
    expect(said.stdout).toBe('[]\n');
    expect(errors).toHaveLength(paths.size);
    for (const [index, hostile] of [...paths.values()].entries()) {
      check(errors[index] as ErrorLine, hostile);
    }
    tried += paths.size;
  }
  expect(await picture()).toEqual(before);
  return tried;
}

describe('a hostile archive', () => {
  it(`of each of ${ARCHIVES.length} kinds is refused, and nothing is written anywhere`, async () => {
    expect(await expectRefusals(ARCHIVES)).toBeGreaterThan(550);
    expect(await bench.json(['ls'])).toMatchObject([{ key: 'hf@gpt2' }]);
    expect(await bench.json(['verify'])).toMatchObject({ problems: [] });
    expect(await bench.json(['gc'])).toMatchObject({
      blobs: { count: 0 },
      partials: { count: 0 },
      checkouts: 0,
    });
  });

  it.skipIf(ON_OTHER_BACKENDS)(
    'of each kind that a disk can hold is refused as a folder as well',
    async () => {
      expect(await expectRefusals(FOLDERS)).toBeGreaterThan(50);
    },
  );

  it.skipIf(ON_OTHER_BACKENDS).each(ARCHIVES.filter((_, index) => index % 80 === 0))(
    'gives its exit status: $name',
    async (hostile) => {
      const path = (await hostile.make(bench.folder)) ?? '';
      const said = await bench.run(['import', path]);
      await rm(path);
      expect(said.status).toBe(hostile.expected.code === 'integrity-mismatch' ? 5 : 1);
      expect(said.stderr).toMatch(/^error: /);
    },
  );
});

/** Lays members out on the disk. False for what a disk cannot hold, or would hold as something harmless. */
async function isLaidOut(folder: string, members: readonly HostileMember[]): Promise<boolean> {
  const seen = new Set<string>();
  for (const { path, kind = 'file', content = '', linkTarget = '' } of members) {
    const isPlain = path === join(path).replace(/\/$/, '') && path.startsWith('r/');
    if (!isPlain || seen.has(path) || path.includes('\0')) return false;
    if (kind === 'hardlink' || kind === 'device') return false;
    seen.add(path);
    const target = join(folder, path);
    await mkdir(kind === 'directory' ? target : dirname(target), { recursive: true }).catch(
      () => undefined,
    );
    if (kind === 'directory') continue;
    try {
      if (kind === 'symlink') await symlink(linkTarget, target);
      else await writeFile(target, content);
    } catch {
      return false;
    }
  }
  return true;
}
