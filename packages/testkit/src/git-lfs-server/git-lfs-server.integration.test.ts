import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { requires } from '@modelkeep/test-requirements';
import { expect, it } from 'vitest';
import { startFakeHub } from '../fake-hub/start-fake-hub.ts';
import { type TempFolder, tempFolder } from '../tools/temp-folder.ts';
import { startGitLfsServer } from './start-git-lfs-server.ts';

requires('git-lfs');

const ID = 'org/name';
const MODEL = {
  id: ID,
  files: {
    'config.json': '{"a":1}',
    'sub/näme "1".txt': 'text\n',
    'a model.safetensors': { generated: { size: 3_000_000, seed: 1 } },
    '.gitattributes': '*.safetensors filter=lfs diff=lfs merge=lfs -text\n',
  },
} as const;

/** Runs git as a user who has done `git lfs install`, with the temp folder as home. */
async function gitFor(
  home: TempFolder,
): Promise<(args: readonly string[], env?: Record<string, string>) => Promise<string>> {
  const git = async (args: readonly string[], env = {}): Promise<string> => {
    const settings = { PATH: process.env['PATH'], HOME: home.path, NO_PROXY: '*' };
    const { stdout } = await promisify(execFile)('git', args, {
      cwd: home.path,
      env: { ...settings, GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_NOSYSTEM: '1', ...env },
    });
    return stdout.trim();
  };
  await git(['lfs', 'install']);
  return git;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

it('is cloned by git with git-lfs, and has the ids of the fake Hub', async () => {
  await using server = await startGitLfsServer();
  await using hub = await startFakeHub();
  await using home = await tempFolder();
  const git = await gitFor(home);
  const commit = await server.addModel({ ...MODEL, branches: ['dev'], gitTags: ['v1'] });
  expect(commit).toBe(await hub.addModel(MODEL));

  for (const url of [`${server.url}/${ID}`, `${server.url}/${ID}.git`]) {
    const folder = home.join(url.endsWith('.git') ? 'with' : 'without');
    await git(['clone', '--quiet', url, folder]);
    expect(await git(['-C', folder, 'rev-parse', 'HEAD', 'origin/dev', 'v1'])).toBe(
      `${commit}\n${commit}\n${commit}`,
    );
    expect(await git(['-C', folder, 'status', '--short'])).toBe('');
    expect(await readFile(`${folder}/sub/näme "1".txt`, 'utf8')).toBe('text\n');
    const weights = await readFile(`${folder}/a model.safetensors`);
    const answer = await fetch(`${hub.url}/${ID}/resolve/main/a%20model.safetensors`);
    expect(sha256(weights)).toBe(sha256(Buffer.from(await answer.arrayBuffer())));
  }
  expect(server.objectBytes).toBe(6_000_000);
});

it('leaves pointers where a client does not fetch, and gives them a folder at a time', async () => {
  await using server = await startGitLfsServer();
  await using home = await tempFolder();
  const git = await gitFor(home);
  const { '.gitattributes': _, ...files } = MODEL.files;
  await server.addModel({ id: 'bare', files });
  await git(['clone', '--quiet', `${server.url}/bare`], { GIT_LFS_SKIP_SMUDGE: '1' });
  const weights = home.join('bare', 'a model.safetensors');
  expect(await readFile(weights, 'utf8')).toMatch(/^version https:\/\/git-lfs/);
  expect(server.objectBytes).toBe(0);
  await git(['-C', 'bare', 'lfs', 'pull']);
  expect((await readFile(weights)).length).toBe(3_000_000);
});

it('asks for a password, answers ranges, and tells what it does not have', async () => {
  const accessToken = `hf_${'a1'.repeat(17)}`;
  await using server = await startGitLfsServer({ accessToken });
  await using home = await tempFolder();
  const git = await gitFor(home);
  await server.addModel(MODEL);
  await expect(git(['ls-remote', `${server.url}/${ID}`])).rejects.toThrow();
  const url = server.url.replace('://', `://ada:${accessToken}@`);
  await git(['clone', '--quiet', `${url}/${ID}`, 'clone']);
  await expect(git(['ls-remote', `${url}/org/none`])).rejects.toThrow();
  await expect(git(['-C', 'clone', 'push', 'origin', 'HEAD:other'])).rejects.toThrow();

  const weights = await readFile(home.join('clone', 'a model.safetensors'));
  const object = `${server.url}/lfs/${sha256(weights)}`;
  const part = await fetch(object, { headers: { range: 'bytes=10-19' } });
  expect(part.status).toBe(206);
  expect(part.headers.get('content-range')).toBe('bytes 10-19/3000000');
  expect(Buffer.from(await part.arrayBuffer()).equals(weights.subarray(10, 20))).toBe(true);
  expect((await fetch(object, { headers: { range: 'bytes=3000000-' } })).status).toBe(416);

  server.removeObject(sha256(weights));
  expect((await fetch(object)).status).toBe(404);
  await expect(git(['clone', '--quiet', `${url}/${ID}`, 'again'])).rejects.toThrow(
    'Object does not exist',
  );
});
