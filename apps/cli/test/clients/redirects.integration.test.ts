import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hfHubClient, programsOf, pythonEnvironment, requires } from '@modelkeep/test-requirements';
import type { FakeHub } from '@modelkeep/testkit/fake-hub';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Bench } from '../modelkeep.ts';
import { type RunningServer, startServer } from '../server/start-server.ts';
import { askPass, gitIn } from '../support/git.ts';
import { type SharedServers, startSharedServers } from '../support/shared-store.ts';
import { type WatchedBucket, watchBucket } from '../support/watched-bucket.ts';
import { DIGESTS, FILES, LARGE, MODEL, sha256OfFile } from './fixture.ts';

requires('postgresql', 'versitygw', 'python-env', 'hub-versions', 'hf-hub-rust', 'git-lfs', 'curl');

const run = promisify(execFile);
const DOWNLOAD = join(import.meta.dirname, 'download.py');
const SIZE = FILES[LARGE]?.byteLength ?? 0;

let hub: FakeHub;
let servers: SharedServers;
let bucket: WatchedBucket;
let node: Bench;
let server: RunningServer;
let env: NodeJS.ProcessEnv;
let token = '';

beforeAll(async () => {
  servers = await startSharedServers();
  ({ hub } = servers);
  await hub.addModel({ id: MODEL, files: FILES });
  bucket = await watchBucket(servers.s3.endpoint);
});
afterAll(async () => {
  await bucket[Symbol.asyncDispose]();
  await servers[Symbol.asyncDispose]();
});
beforeEach(async () => {
  const store = await servers.store('S3');
  node = await store.node();
  await node.json(['pull', MODEL]);
  ({ token } = (await node.json(['user', 'add', 'ada'])) as { token: string });
  await serve('auto');
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await node[Symbol.asyncDispose]();
});

async function serve(redirects: 'auto' | 'always' | 'never'): Promise<void> {
  const file = join(node.home, 'config.yaml');
  const lines = (await readFile(file, 'utf8'))
    .split('\n')
    .filter((line) => !line.startsWith('connections:'))
    .map((line) =>
      line.replace(
        /backend: s3,( publicEndpoint: "[^"]*",)?/,
        `backend: s3, publicEndpoint: "${bucket.url}",`,
      ),
    );
  const connection = `connections: [{ name: hub, endpoint: "${hub.url}", redirects: ${redirects} }]`;
  await writeFile(file, [...lines, connection].join('\n'));
  await server?.[Symbol.asyncDispose]();
  server = await startServer(node);
  bucket.requests.length = 0;
  const home = join(node.folder, `client-${redirects}`);
  await mkdir(home, { recursive: true });
  env = {
    PATH: process.env['PATH'],
    HOME: home,
    HF_HOME: join(home, 'hf'),
    HF_ENDPOINT: server.url,
    HF_TOKEN: token,
    NO_PROXY: '*',
  };
}

/** The large file's bytes came from the bucket, and the token stayed here. */
async function expectFromBucket(): Promise<void> {
  expect(bucket.requests.length).toBeGreaterThan(0);
  for (const { method, url, headers } of bucket.requests) {
    expect(method).toBe('GET');
    expect(url).toContain(DIGESTS[LARGE]);
    expect(headers.authorization).toBeUndefined();
    expect(JSON.stringify(headers)).not.toContain(token);
  }
  await expect.poll(() => server.log()).toContain('"status":302');
  expect(server.log()).not.toContain('X-Amz-Signature');
}

const current = join(pythonEnvironment().python, '..');
const versions = ['0.24', '0.36', '1.33'] as const;
const hubs: readonly (readonly [string, string])[] = [
  ...versions.map((version) => [version, programsOf(`huggingface-hub-${version}`)] as const),
  ['2.4', current],
];

describe('large files come from the bucket', () => {
  it.each(hubs)('to huggingface_hub %s', async (_, programs) => {
    const { stdout } = await run(join(programs, 'python'), [DOWNLOAD, MODEL], { env });
    expect(JSON.parse(stdout)).toEqual(DIGESTS);
    await expectFromBucket();
  });

  it('to hf', async () => {
    const { stdout } = await run(join(current, 'hf'), ['download', MODEL, '--quiet'], { env });
    expect(await sha256OfFile(join(stdout.trim(), LARGE))).toBe(DIGESTS[LARGE]);
    await run(join(current, 'hf'), ['cache', 'verify', MODEL], { env });
    await expectFromBucket();
  });

  it('to git-lfs', async () => {
    const git = await gitIn(node.folder);
    const asking = { GIT_ASKPASS: await askPass(node.folder, token) };
    await git(['clone', '--quiet', `${server.url}/${MODEL}`, 'clone'], asking);
    expect(await sha256OfFile(join(node.folder, 'clone', LARGE))).toBe(DIGESTS[LARGE]);
    expect(await git(['-C', 'clone', 'lfs', 'fsck'])).toContain('Git LFS fsck OK');
    await expectFromBucket();
  });

  it('to curl, where the connection sends all that ask', async () => {
    await serve('always');
    expect(await curl(['--location'])).toBe(DIGESTS[LARGE]);
    await expectFromBucket();
    bucket.requests.length = 0;
    const resumed = ['--location', '--range', `${SIZE - 20_000_000}-`];
    await curl(resumed);
    await expectFromBucket();
    expect(bucket.requests[0]?.headers.range).toBe(`bytes=${SIZE - 20_000_000}-`);
  });
});

describe('large files come from the server', () => {
  it('to clients that may not follow', async () => {
    expect(await curl([])).toBe(DIGESTS[LARGE]);
    expect(bucket.requests).toEqual([]);
  });

  it('to the Rust crate hf-hub, which would give its token to a bucket of the same host', async () => {
    // It knows no HF_TOKEN.
    await mkdir(env['HF_HOME'] ?? '', { recursive: true });
    await writeFile(join(env['HF_HOME'] ?? '', 'token'), token);
    const { stdout } = await run(hfHubClient(), [MODEL, LARGE], { env });
    const { paths } = JSON.parse(stdout) as { paths: string[] };
    expect(await Promise.all(paths.map(sha256OfFile))).toEqual([DIGESTS[LARGE]]);
    expect(bucket.requests).toEqual([]);
  });

  it('to everybody, where the connection says so', async () => {
    await serve('never');
    const { stdout } = await run(join(current, 'python'), [DOWNLOAD, MODEL], { env });
    expect(JSON.parse(stdout)).toEqual(DIGESTS);
    expect(bucket.requests).toEqual([]);
  });
});

/** Downloads the large file by curl, and gives the digest of what came. */
async function curl(args: readonly string[]): Promise<string> {
  const path = join(node.folder, 'by-curl');
  const url = `${server.url}/${MODEL}/resolve/main/${LARGE}`;
  const always = ['--silent', '--show-error', '--fail', '--output', path];
  await run('curl', [...always, '--header', `Authorization: Bearer ${token}`, ...args, url]);
  return sha256OfFile(path);
}
