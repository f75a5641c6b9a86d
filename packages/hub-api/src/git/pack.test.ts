import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GitPoint, ServedRevision } from '@modelkeep/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FakeView } from '../../test/fake-view.ts';
import { gitObjectId } from '../listing/file-identity.ts';
import type { Choice } from './fetch-arguments.ts';
import type { GitRevision } from './git-revisions.ts';
import { gitSnapshot } from './git-snapshot.ts';
import { entryHead, type ReadBlob, writePack } from './pack.ts';
import { type Selection, selectObjects } from './select-objects.ts';
import { sideBand } from './side-band.ts';

const EVERYTHING = { blobsFrom: Number.POSITIVE_INFINITY, trees: true };
const CONTENTS: Readonly<Record<string, string | Buffer>> = {
  '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
  'a.json': '{}',
  'copy.json': '{}',
  'empty.txt': '',
  'large.txt': Buffer.alloc(1_000_000, 'not small enough for memory\n'),
  'sub/deep/b.txt': 'b',
  'weights.bin': 'kept by git-lfs',
};

async function revisionOf(
  files: Readonly<Record<string, string | Buffer>>,
  commit?: string,
  parent?: GitPoint,
): Promise<GitRevision> {
  const view = new FakeView().add({ id: 'org/name', files, ...(commit ? { commit } : {}) });
  const served: ServedRevision = await view.revision('org/name', 'main');
  const snapshot = await gitSnapshot(served, {
    read: async (path) => String(files[path]),
    object: undefined,
    parent: async () => parent,
  });
  return { served, snapshot };
}

async function* among(...revisions: readonly GitRevision[]): AsyncGenerator<GitRevision> {
  yield* revisions;
}

const readContent: ReadBlob = async function* ({ blob }) {
  const bytes = Buffer.from(CONTENTS[blob.path] ?? '');
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
};

/** Of revisions the first ones are those that are looked through; all of them can be found. */
function select(
  choice: Partial<Choice> & Pick<Choice, 'wants'>,
  ...revisions: readonly GitRevision[]
): Promise<Selection> {
  const whole = { haves: [], filter: EVERYTHING, shallow: [], depth: undefined, ...choice };
  return selectObjects(whole, among(...revisions), {
    find: async ({ id }) => revisions.find(({ snapshot }) => snapshot.id === id),
    hasContents: async ({ served }) => served.origin !== 'miss',
  });
}

function selectFrom(
  revision: GitRevision,
  wants: readonly string[],
  filter = EVERYTHING,
): Promise<Selection> {
  return select({ wants, filter }, revision);
}

async function packOf({ objects }: Selection, read = readContent): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(writePack(objects, read)));
}

/** An empty repository of git. */
function repository(): (args: readonly string[], input?: Buffer) => string {
  const folder = mkdtempSync(join(tmpdir(), 'pack-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  execFileSync('git', ['init', '--quiet', '--bare', folder]);
  return (args, input) =>
    execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8', input, stdio: 'pipe' });
}

it('git takes the pack, and finds nothing wrong with the commit', async () => {
  const revision = await revisionOf(CONTENTS);
  const { id } = revision.snapshot;
  const git = repository();
  git(['index-pack', '--stdin', '--strict'], await packOf(await selectFrom(revision, [id])));
  git(['update-ref', 'refs/heads/main', id]);
  expect(git(['fsck', '--full', '--strict'])).toBe('');
  expect(git(['show', 'main:large.txt'])).toBe(String(CONTENTS['large.txt']));
  expect(git(['show', 'main:sub/deep/b.txt'])).toBe('b');
  expect(git(['show', 'main:weights.bin'])).toMatch(/^version https:\/\/git-lfs.*\n.*\nsize 15\n$/);
  expect(git(['log', '--format=%s %ad', 'main'])).toContain(revision.served.commit);
  const paths = git(['ls-tree', '-r', '--name-only', 'main']).trim().split('\n');
  expect(paths).toEqual(Object.keys(CONTENTS));
});

it('the same snapshot gives the same bytes, and another commit another id', async () => {
  const [first, second] = [await revisionOf(CONTENTS), await revisionOf(CONTENTS)];
  const packs = await Promise.all(
    [first, second].map(async (each) => packOf(await selectFrom(each, [each.snapshot.id]))),
  );
  expect(packs[0]?.equals(packs[1] ?? Buffer.of())).toBe(true);
  const other = await revisionOf(CONTENTS, 'd'.repeat(40));
  expect(other.snapshot.rootTree).toBe(first.snapshot.rootTree);
  expect(other.snapshot.id).not.toBe(first.snapshot.id);
});

it('leaves out what a filter says, and what the client has', async () => {
  const revision = await revisionOf(CONTENTS);
  const { id, rootTree, blobs } = revision.snapshot;
  const types = async (filter: typeof EVERYTHING, wants = [id]): Promise<string> =>
    (await selectFrom(revision, wants, filter)).objects.map(({ type }) => type[0]).join('');
  expect(await types(EVERYTHING)).toBe('ctttbbbbbb');
  expect(await types({ blobsFrom: 0, trees: true })).toBe('cttt');
  expect(await types({ blobsFrom: 1000, trees: true })).toBe('ctttbbbbb');
  expect(await types({ blobsFrom: 0, trees: false })).toBe('c');
  expect(await types({ blobsFrom: 0, trees: false }, [rootTree])).toBe('t');
  const [blob = ''] = blobs.keys();
  expect(await types({ blobsFrom: 0, trees: true }, [blob])).toBe('b');

  const older = await revisionOf({ ...CONTENTS, 'a.json': 'old' }, 'e'.repeat(40));
  const update = await select(
    { wants: [id, 'f'.repeat(40)], haves: ['0'.repeat(40), older.snapshot.id] },
    revision,
    older,
  );
  // `{}` is that of `copy.json` as well.
  expect(update.objects.map(({ type }) => type).join(' ')).toBe('commit tree');
  expect(update.common).toEqual([older.snapshot.id]);
  expect(update.unknown).toEqual(['f'.repeat(40)]);
});

it('looks no further than it has to', async () => {
  const revision = await revisionOf(CONTENTS);
  async function* endless(): AsyncGenerator<GitRevision> {
    yield revision;
    throw new Error('looked too far');
  }
  const { objects } = await selectObjects(
    {
      wants: [revision.snapshot.id],
      haves: [],
      filter: EVERYTHING,
      shallow: [],
      depth: undefined,
    },
    endless(),
    { find: () => expect.unreachable(), hasContents: () => expect.unreachable() },
  );
  expect(objects.length).toBeGreaterThan(0);
});

it('a content of another size, or a failure, never ends as a pack', async () => {
  const revision = await revisionOf(CONTENTS);
  const selection = await selectFrom(revision, [revision.snapshot.id]);
  for (const path of ['a.json', 'large.txt']) {
    for (const change of [1, -1, 'fail'] as const) {
      const read: ReadBlob = async function* (object) {
        const bytes = Buffer.concat(await Array.fromAsync(readContent(object)));
        if (object.blob.path !== path && object.blob.path !== 'copy.json') yield bytes;
        else if (change === 'fail') throw new Error('the source is away');
        else if (change === 1) yield Buffer.concat([bytes, Buffer.from('x')]);
        else yield bytes.subarray(1);
      };
      const framed = sideBand(writePack(selection.objects, read), () => 'no luck');
      const sent = Buffer.concat(await Array.fromAsync(framed)).toString('latin1');
      expect(sent.endsWith('000d\u0003no luck\n0000')).toBe(true);
      const broken = sideBand(writePack(selection.objects, read), () => undefined);
      await expect(Array.fromAsync(broken)).rejects.toThrow();
    }
  }
});

it.each([
  [3, 0, '30'],
  [3, 15, '3f'],
  [3, 16, 'b001'],
  [1, 2047, '9f7f'],
  [1, 2048, '90800' + '1'],
  [3, 2 ** 40, 'b08080808080' + '02'],
])('an entry of type %d and size %d begins with %s', (type, size, hex) => {
  expect(entryHead(type, size).toString('hex')).toBe(hex);
});

it('is the upstream commit itself where its object is known, and its files are ours', async () => {
  const plain = await revisionOf(CONTENTS);
  const { rootTree } = plain.snapshot;
  const parent = 'a'.repeat(40);
  const text = `tree ${rootTree}\nparent ${parent}\nauthor A <a@b> 0 +0000\ncommitter A <a@b> 0 +0000\n\nx\n`;
  const object = Buffer.from(text);
  const commit = gitObjectId('commit', object);
  const served = { ...plain.served, commit, files: [...plain.served.files] };
  const read = async (): Promise<string> => String(CONTENTS['.gitattributes']);
  const none = async (): Promise<null> => null;
  const snapshot = await gitSnapshot(served, { read, object, parent: none });
  expect(snapshot).toMatchObject({ id: commit, isOwn: true, rootTree });
  expect(snapshot.parents).toEqual([{ commit: parent, id: parent }]);

  const wants = [commit];
  const cloned = await select({ wants }, { served, snapshot });
  expect(cloned.shallow).toEqual([commit]);
  const git = repository();
  git(['index-pack', '--stdin'], await packOf(cloned));
  expect(git(['cat-file', 'commit', commit])).toBe(text);

  const older = { ...plain, snapshot: { ...plain.snapshot, id: parent } };
  const update = await select({ wants, haves: [parent] }, { served, snapshot }, older);
  expect(update.shallow).toEqual([]);
  expect(update.objects.map(({ type }) => type)).toEqual(['commit']);

  // Of a file whose mode git knows and we do not.
  const other = Buffer.from(text.replace(rootTree, 'b'.repeat(40)));
  const files = [...plain.served.files];
  const sources = { read, object: other, parent: none };
  const without = await gitSnapshot({ ...served, files }, sources);
  expect(without.id).not.toBe(commit);
  expect(without).toMatchObject({ isOwn: false, parents: [] });
});

describe('commits that go on from others', () => {
  const point = ({ served, snapshot }: GitRevision): GitPoint => ({
    commit: served.commit,
    id: snapshot.id,
  });
  const chain = async (): Promise<readonly [GitRevision, GitRevision, GitRevision]> => {
    const one = await revisionOf({ ...CONTENTS, 'a.json': '1' }, '1'.repeat(40));
    const two = await revisionOf({ ...CONTENTS, 'a.json': '2' }, '2'.repeat(40), point(one));
    const three = await revisionOf({ ...CONTENTS, 'a.json': '3' }, '3'.repeat(40), point(two));
    return [one, two, three];
  };
  const ownContent: ReadBlob = async function* (object) {
    if (object.blob.path === 'a.json') yield Buffer.from(object.commit.slice(0, 1));
    else yield* readContent(object);
  };
  const commits = ({ objects }: Selection): readonly string[] =>
    objects.flatMap((object) => (object.type === 'commit' ? [object.commit.id] : []));

  it('come with them, as far as the client lacks them', async () => {
    const [one, two, three] = await chain();
    const [first, second, third] = [one, two, three].map(({ snapshot }) => snapshot.id) as [
      string,
      string,
      string,
    ];
    const wants = [third];
    const cloned = await select({ wants }, three, two, one);
    expect(commits(cloned)).toEqual([third, second, first]);
    expect(cloned).toMatchObject({ shallow: [], unshallow: [] });
    const git = repository();
    git(['index-pack', '--stdin', '--strict'], await packOf(cloned, ownContent));
    expect(git(['rev-list', third]).trim().split('\n')).toEqual([third, second, first]);

    const update = await select({ wants, haves: [first] }, three, two, one);
    expect(commits(update)).toEqual([third, second]);
    expect(update).toMatchObject({ common: [first], shallow: [] });
    // The client's commit is not here any more, and none is needed.
    const gone = await select({ wants, haves: [second] }, three);
    expect(commits(gone)).toEqual([third]);
    expect(gone).toMatchObject({ common: [second], shallow: [] });
  });

  it('end where asked, or where what came before is not to be had', async () => {
    const [one, two, three] = await chain();
    const { id } = three.snapshot;
    const wants = [id];
    const cut = await select({ wants, depth: 1 }, three, two, one);
    expect(commits(cut)).toEqual([id]);
    expect(cut.shallow).toEqual([id]);
    for (const there of [
      [three, one],
      [three, { ...two, served: { ...two.served, origin: 'miss' as const } }, one],
    ]) {
      const part = await select({ wants }, ...there);
      expect(commits(part)).toEqual([id]);
      expect(part.shallow).toEqual([id]);
    }
    const all = { wants, haves: [id], shallow: [id], depth: 2 ** 31 - 1 };
    const opened = await select(all, three, two, one);
    expect(opened).toMatchObject({ shallow: [], unshallow: [id] });
    expect(commits(opened)).toContain(one.snapshot.id);
  });
});
