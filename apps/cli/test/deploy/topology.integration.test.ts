import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { requires } from '@modelkeep/test-requirements';
import { type NginxServer, startNginx } from '@modelkeep/test-servers';
import type { FakeHub } from '@modelkeep/testkit/fake-hub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, createBench } from '../modelkeep.ts';
import { type RunningServer, startServer } from '../server/start-server.ts';
import { type ModelFiles, madeUpBytes } from '../support/model-files.ts';
import { type SharedServers, startSharedServers } from '../support/shared-store.ts';
import { DEPLOY } from './deploy-folder.ts';

requires('nginx', 'postgresql', 'versitygw');

const CONFIG = join(DEPLOY, 'modelkeep.yaml');
const MIB = 2 ** 20;
const WEIGHTS = madeUpBytes('weights', 30 * MIB + 3);
const FILES: ModelFiles = { 'config.json': '{"a":1}', 'model.safetensors': WEIGHTS };
const NODES = 3;

let hub: FakeHub;
let shared: SharedServers;
let balancer: NginxServer;
let token = '';
const benches: Bench[] = [];
const servers: RunningServer[] = [];

beforeAll(async () => {
  shared = await startSharedServers();
  ({ hub } = shared);
  const { postgres, s3 } = shared;
  for (const id of ['org/one', 'org/two']) await hub.addModel({ id, files: FILES });
  await s3.createBucket('modelkeep');
  const env = {
    HF_ENDPOINT: hub.url,
    S3_BUCKET: 'modelkeep',
    S3_ENDPOINT: s3.endpoint,
    S3_ACCESS_KEY: s3.credentials.accessKeyId,
    S3_SECRET_KEY: s3.credentials.secretAccessKey,
    DATABASE_URL: postgres.url(postgres.createDatabase()),
  };
  for (let node = 1; node <= NODES; node += 1) benches.push(await createBench(env));
  const [first] = benches as [Bench];
  const added = await first.json(['user', 'add', 'ada', '--role', 'admin', '--config', CONFIG]);
  token = (added as { token: string }).token;
  const args = ['--config', CONFIG, '--host', '127.0.0.1'];
  for (const bench of benches) servers.push(await startServer(bench, { args }));
  const text = await readFile(join(DEPLOY, 'nginx.conf'), 'utf8');
  // As it is but for the addresses, which are the names of containers there.
  balancer = await startNginx((port, folder) => {
    const placed = text.replaceAll('/tmp/', `${folder}/`).replace('listen 8000', `listen ${port}`);
    return placed.replace(/server-(\d):8080/g, (_, node: string) => {
      const server = servers[Number(node) - 1];
      return server === undefined ? '' : new URL(server.url).host;
    });
  });
});
afterAll(async () => {
  await balancer[Symbol.asyncDispose]();
  for (const server of servers) await server[Symbol.asyncDispose]();
  for (const bench of benches) await bench[Symbol.asyncDispose]();
  await shared[Symbol.asyncDispose]();
});

function get(path: string): Promise<Response> {
  return fetch(balancer.url + path, { headers: { authorization: `Bearer ${token}` } });
}

async function expectWeights(id: string): Promise<void> {
  const answer = await get(`/${id}/resolve/main/model.safetensors`);
  expect(answer.status).toBe(200);
  expect(Buffer.from(await answer.arrayBuffer()).equals(WEIGHTS)).toBe(true);
}

/** How many files each server was asked for. */
function served(): number[] {
  return servers.map((server) => server.log().split('model.safetensors').length - 1);
}

describe('three servers behind nginx, from the files of deploy/', () => {
  it('let nobody in without a token', async () => {
    const answer = await fetch(`${balancer.url}/org/one/resolve/main/config.json`);
    expect(answer.status).toBe(401);
    expect((await fetch(`${balancer.url}/-/healthz`)).status).toBe(200);
    expect((await fetch(`${balancer.url}/-/readyz`)).status).toBe(200);
  });

  it('take a cold model from upstream once, and each of them serves it', async () => {
    const ask = Array.from({ length: 12 }, () => expectWeights('org/one'));
    await Promise.all(ask);
    expect(hub.bytesByFile()['org/one/model.safetensors']).toBe(WEIGHTS.length);
    // A log is written a moment after its answers.
    await expect.poll(() => served().every((count) => count > 0), { timeout: 60_000 }).toBe(true);
  });

  it('are one cache to the command line: pull, list, export, remove, import', async () => {
    const [bench] = benches as [Bench];
    const remote = { env: { MODELKEEP_SERVER: balancer.url, MODELKEEP_TOKEN: token } };
    await bench.json(['pull', 'org/two'], remote);
    const keys = async (): Promise<string[]> =>
      ((await bench.json(['ls'], remote)) as { key: string }[]).map(({ key }) => key);
    await expect.poll(keys, { timeout: 60_000 }).toEqual(['hf@org/one', 'hf@org/two']);
    const archive = join(bench.folder, 'two.tar');
    await bench.json(['export', 'org/two', '-o', archive], remote);
    await bench.json(['rm', 'org/two', '--yes'], remote);
    expect(await keys()).toEqual(['hf@org/one']);
    await bench.json(['import', archive], remote);
    await expectWeights('org/two');
  });

  it('go on when one of them is killed', async () => {
    const [killed] = servers as [RunningServer];
    await killed.end('SIGKILL');
    for (let count = 0; count < 12; count += 1) await expectWeights('org/one');
    expect((await get('/api/models/org/two')).status).toBe(200);
  });

  it('serve what is here while the Hub is away, whatever others ask for', async () => {
    await hub.stop();
    for (const id of ['org/three', 'org/four', 'org/five']) {
      expect((await get(`/${id}/resolve/main/config.json`)).status).toBe(503);
      await expectWeights('org/one');
    }
  });
});
