import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { requires } from '@modelkeep/test-requirements';
import type { FakeHub } from '@modelkeep/testkit/fake-hub';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, createBench, type Finished } from './modelkeep.ts';
import { startServer } from './server/start-server.ts';
import { expectFiles, type ModelFiles, madeUpBytes, sha256 } from './support/model-files.ts';
import {
  type Backends,
  type MetadataKind,
  type SharedServers,
  type StorageKind,
  startSharedServers,
} from './support/shared-store.ts';
import { filesBelow } from './support/store-on-disk.ts';

requires('postgresql', 'versitygw');

const MIB = 2 ** 20;
const WEIGHTS = madeUpBytes('weights', 24 * MIB + 7);
const MODELS: Readonly<Record<string, ModelFiles>> = {
  'org/one': { 'config.json': '{"a":1}', 'model.safetensors': WEIGHTS },
  'org/two': { 'config.json': '{"a":1}', 'other.bin': madeUpBytes('other', 3 * MIB) },
};
const IDS = Object.keys(MODELS);
const BYTES = 7 + WEIGHTS.length + 3 * MIB;

let hub: FakeHub;
let servers: SharedServers;
/** A machine with the old store in its home, and the config file of a new one beside it. */
let bench: Bench;
let from: Backends;
let into: Backends;
let to = '';

beforeAll(async () => {
  servers = await startSharedServers();
  ({ hub } = servers);
  for (const [id, files] of Object.entries(MODELS)) await hub.addModel({ id, files });
});
afterAll(() => servers[Symbol.asyncDispose]());
afterEach(() => bench[Symbol.asyncDispose]());

async function setUp(
  [storage, metadata]: readonly [StorageKind, MetadataKind],
  [newStorage, newMetadata]: readonly [StorageKind, MetadataKind],
): Promise<void> {
  from = await servers.backends(storage, metadata);
  into = await servers.backends(newStorage, newMetadata);
  bench = await createBench({ HF_ENDPOINT: hub.url, ...from.env, ...into.env });
  to = join(bench.folder, 'new.yaml');
  await mkdir(bench.home, { recursive: true });
  await writeFile(join(bench.home, 'config.yaml'), from.config.join('\n'));
  await writeFile(to, ['home: new-home', ...into.config].join('\n'));
  const pulled = await bench.run(['pull', ...IDS]);
  expect(pulled.status, pulled.stderr).toBe(0);
}

/** A command on the new store, without any network. */
function inNew(args: readonly string[]): Promise<Finished> {
  const env = { HF_HUB_OFFLINE: '1', MODELKEEP_CONFIG: to, MODELKEEP_HOME: '' };
  return bench.run(args, { env });
}

async function expectAllInNew(): Promise<void> {
  const verified = await inNew(['verify', '--json']);
  expect(verified.status, verified.stderr).toBe(0);
  expect(JSON.parse(verified.stdout)).toMatchObject({ models: 2, problems: [] });
  for (const [id, files] of Object.entries(MODELS)) {
    const { stdout, stderr } = await inNew(['path', id]);
    expect(stderr).toBe('');
    expect(stdout).not.toContain(`${bench.home}/`);
    await expectFiles(stdout.trim(), files);
  }
}

function blobFile({ folder }: Backends, content: Uint8Array): string {
  const digest = sha256(content);
  return join(folder, 'blobs/sha256', digest.slice(0, 2), digest);
}

describe.each([
  [
    ['a local folder', 'SQLite'],
    ['S3', 'PostgreSQL'],
  ],
  [
    ['S3', 'PostgreSQL'],
    ['a local folder', 'SQLite'],
  ],
  [
    ['a local folder', 'PostgreSQL'],
    ['S3', 'SQLite'],
  ],
  [
    ['S3', 'SQLite'],
    ['a local folder', 'PostgreSQL'],
  ],
] as const)('modelkeep migrate from %j to %j', (old, fresh) => {
  beforeEach(() => setUp(old, fresh));

  it('carries models, usage and users, proved, while the old store serves', async () => {
    const added = await bench.run(['user', 'add', 'ada', '--role', 'admin']);
    const token = /hf_\w+/.exec(added.stdout)?.[0] ?? '';
    const read = (url: string): Promise<Response> =>
      fetch(`${url}/org/one/resolve/main/model.safetensors`, {
        headers: { authorization: `Bearer ${token}` },
      });
    await bench.run(['path', 'org/one']);
    const dry = await bench.json(['migrate', '--to', to, '--dry-run']);
    expect(dry).toMatchObject({ dryRun: true, models: 2, copied: { count: 3, bytes: BYTES } });
    expect(await filesBelow(join(into.folder, 'blobs'))).toEqual([]);
    {
      await using server = await startServer(bench);
      const copying = bench.json(['migrate', '--to', to]);
      let isDone = false;
      const reports = copying.finally(() => {
        isDone = true;
      });
      do {
        const answer = await read(server.url);
        expect(answer.status).toBe(200);
        expect(Buffer.from(await answer.arrayBuffer()).equals(WEIGHTS)).toBe(true);
      } while (!isDone);
      expect(await reports).toMatchObject({
        models: 2,
        copied: { count: 3, bytes: BYTES },
        records: { users: 1, tokens: 1 },
        problems: [],
      });
    }
    expect(await filesBelow(join(into.folder, 'blobs'))).toEqual(
      await filesBelow(join(from.folder, 'blobs')),
    );
    const again = await bench.json(['migrate', '--to', to]);
    expect(again).toMatchObject({ copied: { count: 0 }, present: { count: 3, bytes: BYTES } });
    const listed = JSON.parse((await inNew(['ls', '--json'])).stdout) as object[];
    const before = (await bench.json(['ls'])) as { path: string }[];
    expect(listed).toMatchObject(before.map(({ path: _, ...model }) => model));
    expect(before).toMatchObject([{ lastUsed: expect.any(Number) }, {}]);
    await expectAllInNew();
    const env = { HF_HUB_OFFLINE: '1', MODELKEEP_CONFIG: to, MODELKEEP_HOME: '' };
    await using server = await startServer(bench, { env });
    expect((await fetch(`${server.url}/org/one/resolve/main/model.safetensors`)).status).toBe(401);
    expect((await read(server.url)).status).toBe(200);
  });

  it('goes on after kill -9', async () => {
    let kills = 0;
    const hasBegun = async (): Promise<void> => {
      while ((await filesBelow(into.folder)).length === 0) await sleep(5);
    };
    const moments = [300, 600, 900, 1200, 1500].map((ms) => () => sleep(ms));
    for (const moment of [hasBegun, ...moments]) {
      const { child, finished } = bench.start(['migrate', '--to', to, '--quiet']);
      await Promise.race([finished, moment()]);
      child.kill('SIGKILL');
      const { status, stderr } = await finished;
      if (status === null) kills += 1;
      else expect(status, stderr).toBe(0);
    }
    expect(kills).toBeGreaterThan(0);
    const { status, stderr } = await bench.run(['migrate', '--to', to]);
    expect(status, stderr).toBe(0);
    await expectAllInNew();
    const collected = JSON.parse((await inNew(['gc', '--json'])).stdout) as object;
    expect(collected).toMatchObject({ blobs: { count: 0 } });
    expect(await filesBelow(join(into.folder, 'blobs'))).toHaveLength(3);
  });

  it('names a damaged file and copies the rest; mended, it comes along', async () => {
    const blob = blobFile(from, WEIGHTS);
    const bytes = await readFile(blob);
    bytes[MIB] = (bytes[MIB] ?? 0) ^ 1;
    await chmod(blob, 0o644);
    await writeFile(blob, bytes);
    const refused = await bench.run(['migrate', '--to', to]);
    expect(refused.status, refused.stderr).toBe(5);
    expect(refused.stderr).toMatch(
      /warning: org\/one@\w{12}: model\.safetensors was left out: .*dam/,
    );
    expect((await inNew(['path', 'org/two'])).status).toBe(0);
    expect(await filesBelow(join(into.folder, 'blobs'))).toHaveLength(2);
    expect((await bench.run(['verify', '--repair'])).status).toBe(0);
    const mended = await bench.run(['migrate', '--to', to]);
    expect(mended.status, mended.stderr).toBe(0);
    await expectAllInNew();
  });
});

describe('modelkeep migrate', () => {
  beforeEach(() => setUp(['a local folder', 'SQLite'], ['a local folder', 'SQLite']));

  it('to a folder on the same volume moves no byte', async () => {
    const folder = join(bench.folder, 'plain');
    expect(await bench.json(['migrate', '--to', folder])).toMatchObject({
      copied: { count: 3, bytes: BYTES },
      linked: { count: 3, bytes: BYTES },
    });
    const path = await bench.run(['path', 'org/one', '--home', folder]);
    await expectFiles(path.stdout.trim(), MODELS['org/one'] ?? {});
    expect(await bench.json(['verify', '--home', folder])).toMatchObject({ problems: [] });
  });

  it('says what is wrong with the place', async () => {
    const self = await bench.run(['migrate', '--to', bench.home]);
    expect(self.status).toBe(2);
    expect(self.stderr).toContain('the same index');
    const missing = await bench.run(['migrate', '--to', 'missing.yaml']);
    expect(missing.status).toBe(2);
    expect(missing.stderr).toContain('there is no such file');
    const nowhere = await bench.run(['migrate', '--to', to, '--home', join(bench.folder, 'none')]);
    expect(nowhere.status).toBe(2);
    expect(nowhere.stderr).toContain('no store of Modelkeep');
    expect((await bench.run(['migrate'])).status).toBe(2);
  });
});
