import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { requires } from '@modelkeep/test-requirements';
import type { FakeHub } from '@modelkeep/testkit/fake-hub';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Bench } from './modelkeep.ts';
import { startServer } from './server/start-server.ts';
import { expectFiles, type ModelFiles, madeUpBytes, sha256 } from './support/model-files.ts';
import {
  type SharedServers,
  type SharedStore,
  startSharedServers,
} from './support/shared-store.ts';
import { filesBelow } from './support/store-on-disk.ts';

requires('postgresql', 'versitygw');

const MIB = 2 ** 20;
const ID = 'org/model';
const FILES: ModelFiles = {
  'config.json': '{"a":1}',
  'nested/notes.txt': 'hello',
  'model.safetensors': madeUpBytes('weights', 20 * MIB + 7),
};
const BYTES = Object.values(FILES).reduce((sum, content) => sum + content.length, 0);

let hub: FakeHub;
let servers: SharedServers;
let commit = '';

beforeAll(async () => {
  servers = await startSharedServers();
  ({ hub } = servers);
  commit = await hub.addModel({ id: ID, files: FILES });
});
afterAll(() => servers[Symbol.asyncDispose]());

describe.each(['S3', 'a local folder'] as const)('%s and PostgreSQL', (kind) => {
  let store: SharedStore;
  let one: Bench;
  let two: Bench;

  beforeEach(async () => {
    hub.resetCounters();
    // No lease may run out of a process that a busy machine lets wait.
    store = await servers.store(kind, { config: [] });
    [one, two] = [await store.node(), await store.node()];
  });
  afterEach(async () => {
    await one[Symbol.asyncDispose]();
    await two[Symbol.asyncDispose]();
  });

  function blobFile(content: Uint8Array | string): string {
    const digest = sha256(content);
    return join(store.folder, 'blobs/sha256', digest.slice(0, 2), digest);
  }

  it('what one machine pulled, another one has: every command, and nothing twice', async () => {
    const pulled = await one.run(['pull', ID]);
    expect(pulled.status, pulled.stderr).toBe(0);
    await expectFiles(pulled.stdout.trim(), FILES);
    expect(hub.bodyBytes()).toBe(BYTES);

    const offline = { env: { HF_HUB_OFFLINE: '1' } };
    const found = await two.run(['path', ID], offline);
    expect(found.status, found.stderr).toBe(0);
    await expectFiles(found.stdout.trim(), FILES);
    expect(await two.json(['ls'], offline)).toMatchObject([
      { key: `hf@${ID}`, commitHash: commit, sizeInBytes: BYTES, complete: true },
    ]);
    expect(await two.json(['show', ID])).toMatchObject({ files: [{}, {}, {}] });
    expect(await two.json(['du'])).toMatchObject({ blobBytes: BYTES, unreferencedBytes: 0 });
    expect(await two.json(['verify'])).toMatchObject({ problems: [] });
    expect((await two.run(['pull', ID])).stderr).toContain('(already there)');
    expect(hub.bodyBytes()).toBe(BYTES);
  });

  it('two machines that pull at once take each byte from the Hub once', async () => {
    const pulls = await Promise.all([one.run(['pull', ID]), two.run(['pull', ID])]);
    for (const { status, stdout, stderr } of pulls) {
      expect(status, stderr).toBe(0);
      await expectFiles(stdout.trim(), FILES);
    }
    expect(hub.bodyBytes()).toBe(BYTES);
  });

  it('archives go out of one machine and into another; what is removed is gone', async () => {
    await one.json(['pull', ID]);
    await two.json(['path', ID]);
    const exported = await two.run(['export', ID, '-o', '-']);
    expect(exported.status, exported.stderr).toBe(0);
    expect((await one.run(['export', ID, '-o', '-'])).bytes.equals(exported.bytes)).toBe(true);
    expect((await one.run(['rm', ID, '--yes'])).status).toBe(0);
    expect((await two.run(['path', ID])).status).toBe(3);
    await two.json(['gc']);
    expect(await filesBelow(join(two.home, 'hub')).catch(() => [])).toEqual([]);
    expect(await filesBelow(join(store.folder, 'blobs')).catch(() => [])).toEqual([]);
    const imported = await two.run(['import', '-'], { input: exported.bytes });
    expect(imported.status, imported.stderr).toBe(0);
    const found = await one.run(['path', ID]);
    await expectFiles(found.stdout.trim(), FILES);
  });

  it('servers serve cold and warm, whichever is asked', async () => {
    await using first = await startServer(one);
    await using second = await startServer(two);
    const get = async (url: string, path: string, start = 0): Promise<Buffer> => {
      const headers = start === 0 ? {} : { range: `bytes=${start}-` };
      const answer = await fetch(`${url}/${ID}/resolve/main/${path}`, { headers });
      expect(answer.status).toBe(start === 0 ? 200 : 206);
      return Buffer.from(await answer.arrayBuffer());
    };
    const weights = Buffer.from(FILES['model.safetensors'] ?? '');
    const cold = await get(first.url, 'model.safetensors');
    expect(cold.equals(weights)).toBe(true);
    for (const url of [first.url, second.url]) {
      expect((await get(url, 'model.safetensors')).equals(weights)).toBe(true);
      expect((await get(url, 'model.safetensors', MIB)).equals(weights.subarray(MIB))).toBe(true);
      expect((await get(url, 'config.json')).toString()).toBe(FILES['config.json']);
    }
    expect(hub.bytesByFile()[`${ID}/model.safetensors`]).toBe(weights.length);
  });

  it('a database that goes away gives 503, and all is well once it is back', async () => {
    await one.json(['pull', ID]);
    await using server = await startServer(two);
    const ask = async (path: string): Promise<Response> => await fetch(server.url + path);
    const config = `/${ID}/resolve/main/config.json`;
    const users = '/-/api/v1/users';
    for (const path of [config, '/-/readyz']) expect((await ask(path)).status).toBe(200);
    await store.postgres.stop('crash');
    for (const path of [`/${ID}/resolve/main/nested/notes.txt`, users]) {
      await expect.poll(async () => (await ask(path)).status, { timeout: 30_000 }).toBe(503);
      expect(Number((await ask(path)).headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect((await ask('/-/healthz')).status).toBe(200);
    expect(await (await ask('/-/readyz')).text()).toContain('the metadata store does not answer');
    const listed = await one.run(['ls']);
    expect(listed.status).toBe(1);
    expect(listed.stderr).toContain('PostgreSQL cannot be reached');
    await store.postgres.start();
    for (const path of ['/-/readyz', config, users]) expect((await ask(path)).status).toBe(200);
  });

  it('content that was changed at rest is never used, and is repaired', async () => {
    await one.json(['pull', ID]);
    const blob = blobFile(FILES['model.safetensors'] ?? '');
    const bytes = await readFile(blob);
    bytes[MIB] = (bytes[MIB] ?? 0) ^ 1;
    await chmod(blob, 0o644);
    await writeFile(blob, bytes);
    if (kind === 'S3') {
      const refused = await two.run(['path', ID]);
      expect(refused.status, refused.stderr).toBe(5);
      const laidOut = await filesBelow(join(two.home, 'hub'));
      expect(laidOut.filter((path) => path.endsWith('.safetensors'))).toEqual([]);
    }
    expect((await two.run(['verify', ID])).status).toBe(5);
    const repaired = await two.run(['verify', ID, '--repair']);
    expect(repaired.status, repaired.stderr).toBe(0);
    await expectFiles((await two.run(['path', ID])).stdout.trim(), FILES);
  });
});
