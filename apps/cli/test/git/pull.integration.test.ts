import { pythonEnvironment, requires } from '@modelkeep/test-requirements';
import { type FakeHub, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { type GitLfsServer, startGitLfsServer } from '@modelkeep/testkit/git-lfs-server';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Bench, createBench } from '../modelkeep.ts';
import { startServer } from '../server/start-server.ts';
import { gitIn } from '../support/git.ts';
import { MINI_LM, MINI_LM_FACTS } from '../support/mini-lm.ts';
import { readContents } from '../support/read-tree.ts';

requires('python-env', 'git-lfs');

const { miniLmFolder } = pythonEnvironment();
const WEIGHTS = 'model.safetensors';

interface Details {
  readonly key: string;
  readonly commitHash: string;
  readonly path: string;
  readonly files: readonly { readonly path: string; readonly digest: string }[];
}

let hub: FakeHub;
let server: GitLfsServer;
let commit = '';
let bench: Bench;

beforeAll(async () => {
  hub = await startFakeHub();
  server = await startGitLfsServer();
  commit = await server.addModelFromFolder(MINI_LM, miniLmFolder, {
    date: MINI_LM_FACTS.lastModified,
  });
  expect(await hub.addModelFromFolder(MINI_LM, miniLmFolder, MINI_LM_FACTS)).toBe(commit);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await hub[Symbol.asyncDispose]();
});
beforeEach(async () => {
  bench = await newBench();
});
afterEach(async () => {
  server.setFaults({});
  await bench[Symbol.asyncDispose]();
});

/** A machine that knows the model from three places. */
async function newBench(): Promise<Bench> {
  const made = await createBench({ HF_ENDPOINT: hub.url });
  const connections = [
    { name: 'hub', endpoint: hub.url, models: ['**'] },
    { name: 'git', type: 'git', endpoint: server.url },
    { name: 'folder', type: 'git', endpoint: `file://${server.folder}` },
  ];
  await made.configure(
    `connections: ${JSON.stringify(connections)}\nfetch: { retryDelayMs: 50 }\n`,
  );
  return made;
}

function pull(connection: string, on = bench): ReturnType<Bench['run']> {
  return on.run(['pull', MINI_LM, '--connection', connection]);
}

async function details(on = bench): Promise<Details> {
  return (await on.json(['show', MINI_LM])) as Details;
}

it('gives the same entry from git as from the Hub', async () => {
  await using another = await newBench();
  expect(await pull('git')).toMatchObject({ status: 0 });
  expect(await pull('hub', another)).toMatchObject({ status: 0 });
  const [git, other] = [await details(), await details(another)];
  expect(git.commitHash).toBe(commit);
  expect(git.key).toBe(other.key);
  expect(git.files).toEqual(other.files);
  const contents = await readContents(git.path);
  expect(contents).toEqual(await readContents(miniLmFolder));
  expect(await bench.json(['verify'])).toMatchObject({ problems: [] });
});

it('goes on where a content was broken off', async () => {
  server.setFaults({ cutAfter: 6_000_000 });
  const before = server.objectBytes;
  expect(await pull('git')).toMatchObject({ status: 0 });
  const { commitHash, files } = await details();
  expect(commitHash).toBe(commit);
  const bytes = files.find(({ path }) => path === WEIGHTS) as unknown as { size: number };
  expect(server.objectBytes - before).toBeLessThan(bytes.size * 1.5);
});

it('fails by name for a content that is wrong, and keeps nothing of it', async () => {
  server.setFaults({ corruptAt: 1_234_567 });
  const failed = await pull('git');
  expect(failed.status).toBe(5);
  expect(failed.stderr).toContain(WEIGHTS);
  expect(await bench.json(['ls'])).toEqual([]);
  server.setFaults({});
  expect(await pull('git')).toMatchObject({ status: 0 });
});

it('says what a folder lacks', async () => {
  const failed = await pull('folder');
  expect(failed.status).toBe(1);
  expect(failed.stderr).toContain(WEIGHTS);
  expect(failed.stderr).toContain('git lfs fetch --all');
});

it('is cloned again from the server with its own commits, without a network, and fetched when it moves', async () => {
  const git = await gitIn(bench.folder);
  const model = { id: 'org/moving', files: { 'config.json': '{"a":1}', 'a.bin': 'weights' } };
  const first = await server.addModel(model);
  await bench.json(['pull', 'org/moving', '--connection', 'git']);
  await using serving = await startServer(bench, { args: ['--offline'] });
  await git(['clone', '--quiet', `${serving.url}/org/moving`, 'clone']);
  const head = async (ref: string): Promise<string> =>
    (await git(['-C', 'clone', 'rev-parse', ref])).trim();
  expect(await head('HEAD')).toBe(first);
  expect(await git(['-C', 'clone', 'tag'])).toBe('');

  // The next but one: what lies between is not here, and its commit stands alone.
  await server.commit({ ...model, files: { ...model.files, 'config.json': '{"a":2}' } });
  const third = await server.commit({ ...model, files: { 'config.json': '{"a":3}' } });
  await bench.json(['pull', 'org/moving', '--connection', 'git']);
  const fetched = async (): Promise<string> => {
    await git(['-C', 'clone', 'fetch', '--quiet']);
    return head('origin/main');
  };
  await expect.poll(fetched).toBe(third);

  // The next one: its history goes on from what the clone has.
  await git(['-C', 'clone', 'reset', '--quiet', '--hard', 'origin/main']);
  const fourth = await server.commit({ ...model, files: { 'config.json': '{"a":4}' } });
  await bench.json(['pull', 'org/moving', '--connection', 'git']);
  await expect.poll(fetched).toBe(fourth);
  await git(['-C', 'clone', 'pull', '--quiet', '--ff-only']);
  expect(await head('HEAD')).toBe(fourth);
  expect(await git(['-C', 'clone', 'status', '--porcelain'])).toBe('');
  await git(['-C', 'clone', 'fsck', '--full', '--strict']);
  const url = `${serving.url}/org/moving`;
  await git(['clone', '--quiet', '--depth=1', '--filter=blob:none', url, 'partial']);
  expect((await git(['-C', 'partial', 'rev-parse', 'HEAD'])).trim()).toBe(fourth);
  expect(await git(['-C', 'partial', 'status', '--porcelain'])).toBe('');
  // git would ask itself to death.
  await expect(git(['clone', '--quiet', '--filter=blob:none', url, 'endless'])).rejects.toThrow(
    'add --depth 1',
  );
});

it('is pulled on with git, whatever lay in between, while its source is there', async () => {
  const git = await gitIn(bench.folder);
  const files = { 'config.json': '{"a":1}', 'a.bin': 'weights' };
  const first = await server.addModel({ id: 'org/online', files });
  await bench.configure(
    `connections: [{ name: git, type: git, endpoint: "${server.url}" }]\nserver: { freshSeconds: 0 }\n`,
  );
  await using serving = await startServer(bench);
  await git(['clone', '--quiet', `${serving.url}/org/online`, 'clone']);
  const head = async (): Promise<string> =>
    (await git(['-C', 'clone', 'rev-parse', 'HEAD'])).trim();
  expect(await head()).toBe(first);
  let last = first;
  for (const a of [2, 3, 4]) {
    const next = { ...files, 'config.json': `{"a":${a}}` };
    last = await server.commit({ id: 'org/online', files: next });
  }
  const pulled = async (): Promise<string> => {
    await git(['-C', 'clone', 'pull', '--quiet', '--ff-only']);
    return head();
  };
  await expect.poll(pulled).toBe(last);
  expect((await git(['-C', 'clone', 'log', '--format=%H'])).trim().split('\n')).toHaveLength(4);
  expect(await git(['-C', 'clone', 'status', '--porcelain'])).toBe('');
  await git(['-C', 'clone', 'fsck', '--full', '--strict']);
});
