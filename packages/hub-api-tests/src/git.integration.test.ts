import { mkdir } from 'node:fs/promises';
import { requires } from '@modelkeep/test-requirements';
import { seededBytes } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { cutLine } from './cut-line.ts';
import { type Endpoint, type EndpointOptions, startEndpoint } from './endpoint.ts';
import { type GitClient, gitClient } from './git-client.ts';

requires('git-lfs');

const ATTRIBUTES = '*.safetensors filter=lfs diff=lfs merge=lfs -text\n';
const WEIGHTS = Buffer.from(seededBytes('weights', 3_000_000));
const FILES = {
  '.gitattributes': ATTRIBUTES,
  'config.json': '{"a":1}\n',
  'empty.txt': '',
  'model.safetensors': WEIGHTS,
  'sub/a b [1].txt': 'text\r\n',
  'sub/näme.json': '{}',
  'sub.b/x': 'sorts before sub/ in git',
  'tokenizer.json': Buffer.from(seededBytes('tokenizer', 700_000)),
};

interface TestSet extends AsyncDisposable {
  readonly endpoint: Endpoint;
  readonly git: GitClient;
  readonly commit: string;
}

async function setUp(options: EndpointOptions = {}): Promise<TestSet> {
  const endpoint = await startEndpoint(options);
  const commit = await endpoint.hub.addModel({ id: 'org/name', files: FILES, gitTags: ['v1'] });
  const home = await endpoint.home();
  await mkdir(home, { recursive: true });
  return {
    endpoint,
    commit,
    git: await gitClient(home),
    [Symbol.asyncDispose]: () => endpoint[Symbol.asyncDispose](),
  };
}

function latin1(files: Readonly<Record<string, string | Buffer>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([path, content]) => [path, Buffer.from(content).toString('latin1')]),
  );
}

/** What somebody expects of a clone. */
async function expectClean(git: GitClient, clone: string, files = latin1(FILES)): Promise<void> {
  expect(await git.files(clone)).toEqual(files);
  expect(await git.run(['-C', clone, 'status', '--porcelain'])).toBe('');
  await git.run(['-C', clone, 'fsck', '--full', '--strict']);
  expect(await git.run(['-C', clone, 'lfs', 'fsck'])).toBe('Git LFS fsck OK');
}

it('git clones a model, cold, warm, and with the Hub gone: the same commit each time', async () => {
  await using test = await setUp();
  const { endpoint, git, commit } = test;
  const heads = new Set<string>();
  for (const [moment, url] of [
    ['cold', `${endpoint.url}/org/name`],
    ['warm', `${endpoint.url}/org/name.git`],
    ['gone', `${endpoint.url}/org/name/`],
  ] as const) {
    if (moment === 'gone') await endpoint.hub.stop();
    await git.run(['clone', '--quiet', url, moment]);
    await expectClean(git, moment);
    heads.add(await git.run(['-C', moment, 'rev-parse', 'HEAD']));
    expect(await git.run(['-C', moment, 'log', '--format=%B'])).toContain(commit);
    expect(await git.run(['-C', moment, 'branch', '--show-current'])).toBe('main');
  }
  expect(heads.size).toBe(1);
  expect(endpoint.hub.bodyBytes('*.safetensors')).toBe(WEIGHTS.length);
  expect(endpoint.errors).toEqual([]);
});

it('git clones a branch, a tag, without history, and in parts', async () => {
  await using test = await setUp();
  const { endpoint, git } = test;
  const url = `${endpoint.url}/org/name`;
  await git.run(['clone', '--quiet', '--depth', '1', '--branch', 'v1', url, 'tag']);
  await expectClean(git, 'tag');
  expect(await git.run(['ls-remote', url, 'v1'])).toMatch(/^[0-9a-f]{40}\trefs\/tags\/v1$/);

  await git.run(['clone', '--quiet', '--filter=blob:none', '--no-checkout', url, 'partial']);
  expect(
    await git.run(['-C', 'partial', 'rev-list', '--objects', '--missing=print', 'HEAD']),
  ).toMatch(/^\?[0-9a-f]{40}/m);
  await git.run(['-C', 'partial', 'checkout', '--quiet', 'main']);
  await expectClean(git, 'partial');

  await git.run(['clone', '--quiet', '--filter=blob:limit=100k', url, 'limit']);
  await expectClean(git, 'limit');
  await git.run(['clone', '--quiet', '--filter=tree:0', url, 'treeless']);
  await expectClean(git, 'treeless');
  await git.run(['clone', '--quiet', '--sparse', '--filter=blob:none', url, 'sparse']);
  await git.run(['-C', 'sparse', 'sparse-checkout', 'set', 'sub']);
  expect(Object.keys(await git.files('sparse'))).toContain('sub/näme.json');
  expect(Object.keys(await git.files('sparse'))).not.toContain('sub.b/x');
  expect(endpoint.errors).toEqual([]);
});

it('git-lfs fetches what is asked for, below a path too', async () => {
  await using test = await setUp({ api: { prefix: '/deep/hub' } });
  const { endpoint, git } = test;
  const url = `${endpoint.url}/org/name`;
  await git.run(['clone', '--quiet', url, 'clone'], { GIT_LFS_SKIP_SMUDGE: '1' });
  expect((await git.files('clone'))['model.safetensors']).toMatch(/^version https:\/\/git-lfs/);
  await git.run(['-C', 'clone', 'lfs', 'pull', '--include', '*.bin']);
  expect(endpoint.hub.bodyBytes('*.safetensors')).toBe(0);
  await git.run(['-C', 'clone', 'lfs', 'pull', '--include', 'model.safetensors']);
  await expectClean(git, 'clone');
});

it('git-lfs goes on where it was broken off', async () => {
  await using test = await setUp();
  const { endpoint, git } = test;
  await using line = await cutLine(Number(new URL(endpoint.url).port), 2_000_000);
  await git.run(['clone', '--quiet', `${line.url}/org/name`, 'clone']);
  await expectClean(git, 'clone');
  expect(line.cuts).toBe(1);
  // All of the repository, and of the weights little twice.
  expect(line.bytes).toBeLessThan(5_000_000);
  expect(endpoint.seen.filter((line) => line.endsWith('206'))).toHaveLength(1);
});

it('git pulls an update, and one more, whether it saw what was in between', async () => {
  await using test = await setUp({ cache: { freshMs: 0 } });
  const { endpoint, git } = test;
  const url = `${endpoint.url}/org/name`;
  const head = (clone: string): Promise<string> => git.run(['-C', clone, 'rev-parse', 'HEAD']);
  await git.run(['clone', '--quiet', url, 'first']);
  await git.run(['clone', '--quiet', '--filter=blob:none', url, 'partial']);
  const second = { ...FILES, 'config.json': '{"a":2}\n', 'new.txt': 'new' };
  await endpoint.hub.commit('org/name', { files: second });
  await git.run(['-C', 'first', 'pull', '--quiet', '--ff-only']);
  await expectClean(git, 'first', latin1(second));
  await git.run(['clone', '--quiet', '--depth=1', url, 'shallow']);

  const third = { ...second, 'config.json': '{"a":3}\n' };
  const commit = await endpoint.hub.commit('org/name', { files: third });
  for (const clone of ['first', 'partial', 'shallow']) {
    await git.run(['-C', clone, 'pull', '--quiet', '--ff-only']);
    await expectClean(git, clone, latin1(third));
    expect(await git.run(['-C', clone, 'tag', '--points-at', 'HEAD'])).toBe(`upstream-${commit}`);
  }
  expect(await head('partial')).toBe(await head('first'));
  // Somebody new gets what has been told before.
  for (const options of [[], ['--filter=blob:none'], ['--filter=tree:0']]) {
    const clone = `new${options}`;
    await git.run(['clone', '--quiet', ...options, url, clone]);
    expect(await git.run(['-C', clone, 'rev-list', '--count', 'HEAD'])).toBe('3');
    await expectClean(git, clone, latin1(third));
  }
  await git.run(['clone', '--quiet', '--depth=1', url, 'one']);
  expect(await git.run(['-C', 'one', 'rev-list', '--count', 'HEAD'])).toBe('1');
  await git.run(['-C', 'one', 'fetch', '--quiet', '--unshallow']);
  expect(await git.run(['-C', 'one', 'rev-list', '--count', 'HEAD'])).toBe('3');
  await git.run(['-C', 'one', 'fsck', '--full', '--strict']);
  expect(endpoint.errors).toEqual([]);
});

it('git goes on from what it was told before, though that was removed meanwhile', async () => {
  await using test = await setUp({ cache: { freshMs: 0 } });
  const { endpoint, git } = test;
  const url = `${endpoint.url}/org/name`;
  await git.run(['clone', '--quiet', url, 'clone']);
  await git.run(['clone', '--quiet', url, 'late']);
  const update = async (files: Readonly<Record<string, string | Buffer>>): Promise<void> => {
    await endpoint.hub.commit('org/name', { files });
    await git.run(['-C', 'clone', 'pull', '--quiet', '--ff-only']);
    await expectClean(git, 'clone', latin1(files));
  };
  await update({ ...FILES, 'config.json': '{"a":2}\n' });
  await endpoint.cache.pullModel('org/name');
  await endpoint.cache.removeModel('org/name');
  const last = { ...FILES, 'config.json': '{"a":3}\n' };
  await endpoint.hub.commit('org/name', { files: last });
  await endpoint.cache.pullModel('org/name');
  await git.run(['-C', 'clone', 'pull', '--quiet', '--ff-only']);
  await expectClean(git, 'clone', latin1(last));
  await git.run(['-C', 'late', 'pull', '--quiet', '--ff-only']);
  await expectClean(git, 'late', latin1(last));
});

it('git fetches an update', async () => {
  await using test = await setUp({ cache: { freshMs: 0 } });
  const { endpoint, git } = test;
  await git.run(['clone', '--quiet', `${endpoint.url}/org/name`, 'clone']);
  const newer = { ...FILES, 'config.json': '{"a":2}\n', 'new.txt': 'new' };
  const commit = await endpoint.hub.commit('org/name', { files: newer });
  await git.run(['-C', 'clone', 'fetch', '--quiet']);
  expect(await git.run(['-C', 'clone', 'log', '--format=%B', 'origin/main'])).toContain(commit);
  const seen = endpoint.seen.length;
  await git.run(['-C', 'clone', 'fetch', '--quiet']);
  // Nothing new: the refs are looked at, and that is all.
  expect(endpoint.seen.slice(seen).filter((line) => line.startsWith('POST'))).toHaveLength(1);
  await git.run(['-C', 'clone', 'reset', '--quiet', '--hard', 'origin/main']);
  await expectClean(git, 'clone', latin1(newer));
});

it('git is told why it may not push, and what does not exist', async () => {
  await using test = await setUp();
  const { endpoint, git } = test;
  const url = `${endpoint.url}/org/name`;
  await git.run(['clone', '--quiet', url, 'clone']);
  const failure = (args: readonly string[]): Promise<string> =>
    git.run(args).then(
      () => 'no failure',
      (error: Error) => error.message,
    );
  expect(await failure(['-C', 'clone', 'push', 'origin', 'HEAD:refs/heads/other'])).toContain(
    'models are read from it, and nothing is uploaded',
  );
  expect(await failure(['clone', `${endpoint.url}/org/none`])).toContain('has no model org/none');
  expect(await failure(['-C', 'clone', 'fetch', 'origin', 'a'.repeat(40)])).toContain(
    'not our ref',
  );
  expect(await failure(['-c', 'protocol.version=0', 'ls-remote', url])).toContain(
    'protocol.version',
  );
  expect(await failure(['clone', '--branch', 'nope', url, 'nope'])).toContain('nope');
});
