import { setTimeout as sleep } from 'node:timers/promises';
import { requires } from '@modelkeep/test-requirements';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Bench } from '../modelkeep.ts';
import { type ModelFiles, madeUpBytes } from '../support/model-files.ts';
import {
  type SharedServers,
  type SharedStore,
  startSharedServers,
} from '../support/shared-store.ts';
import { type RunningServer, startServer } from './start-server.ts';

requires('postgresql', 'versitygw');

const MIB = 2 ** 20;
const ID = 'org/model';
const FILES: ModelFiles = {
  'config.json': '{"a":1}',
  'cold.json': '{"never":"read"}',
  'model.safetensors': madeUpBytes('weights', 3 * MIB + 7),
};
const AWAY_MS = 10_000;

let servers: SharedServers;
let store: SharedStore;
let node: Bench;
let token = '';
let commit = '';

beforeAll(async () => {
  servers = await startSharedServers();
  commit = await servers.hub.addModel({ id: ID, files: FILES });
});
afterAll(() => servers[Symbol.asyncDispose]());
beforeEach(async () => {
  store = await servers.store('S3');
  node = await store.node();
  ({ token } = (await node.json(['user', 'add', 'ada', '--role', 'admin'])) as { token: string });
  return () => node[Symbol.asyncDispose]();
});

function ask(server: RunningServer, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, ...init.headers };
  return fetch(server.url + path, { ...init, headers });
}

/** What a client does that has the model already pulled elsewhere: it looks, and reads. */
async function expectWarm(server: RunningServer): Promise<void> {
  const info = await ask(server, `/api/models/${ID}`);
  expect(info.status).toBe(200);
  expect(await info.json()).toMatchObject({ id: ID, sha: commit });
  for (const revision of ['main', commit]) {
    const path = `/${ID}/resolve/${revision}`;
    const head = await ask(server, `${path}/model.safetensors`, { method: 'HEAD' });
    expect([head.status, head.headers.get('x-repo-commit')]).toEqual([200, commit]);
    const body = await ask(server, `${path}/model.safetensors`);
    expect(body.status).toBe(200);
    const bytes = Buffer.from(await body.arrayBuffer());
    expect(bytes.equals(Buffer.from(FILES['model.safetensors'] ?? ''))).toBe(true);
    expect(await (await ask(server, `${path}/config.json`)).text()).toBe(FILES['config.json']);
    expect((await ask(server, `${path}/absent.json`)).status).toBe(404);
  }
}

/** Reads until the server knows that all of it is stored: with a slow store a reader has the end of a file before that. */
async function warmUp(server: RunningServer): Promise<void> {
  await expectWarm(server);
  for (const revision of ['main', commit])
    for (const path of ['model.safetensors', 'config.json']) {
      const head = (): Promise<Response> =>
        ask(server, `/${ID}/resolve/${revision}/${path}`, { method: 'HEAD' });
      await expect.poll(async () => (await head()).headers.get('x-modelkeep-cache')).toBe('hit');
    }
}

function pull(server: RunningServer): Promise<Response> {
  return ask(server, '/-/api/v1/pulls', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: ID }),
  });
}

async function expectUnavailable(answer: Response): Promise<void> {
  expect(answer.status).toBe(503);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await answer.text()).not.toContain('5432');
}

/** Reads of what is warm, one after the other, for the time that the database is away. */
async function readOn(server: RunningServer): Promise<void> {
  const end = Date.now() + AWAY_MS;
  while (Date.now() < end) {
    await expectWarm(server);
    await sleep(100);
  }
}

it('what was served goes on while the database is down, writes are told to come again, and all is well afterwards', async () => {
  await using server = await startServer(node);
  await warmUp(server);
  await store.postgres.stop('crash');
  await readOn(server);
  await expectUnavailable(await pull(server));
  await expectUnavailable(await ask(server, `/${ID}/resolve/main/cold.json`));
  const stranger = { headers: { authorization: `Bearer hf_${'x'.repeat(34)}` } };
  expect((await ask(server, `/api/models/${ID}`, stranger)).status).not.toBe(200);
  await store.postgres.start();
  await expect.poll(async () => (await pull(server)).status).toBe(202);
  const cold = (): Promise<number> =>
    ask(server, `/${ID}/resolve/main/cold.json`).then(({ status }) => status);
  await expect.poll(cold).toBe(200);
  await expectWarm(server);
  expect(await (await ask(server, '/-/readyz')).text()).toBe('ready\n');
});

it('a database that hangs holds up nobody who reads what is warm', async () => {
  await using server = await startServer(node);
  await warmUp(server);
  store.postgres.freeze();
  try {
    await readOn(server);
  } finally {
    store.postgres.thaw();
  }
  await expect.poll(async () => (await pull(server)).status).toBe(202);
  // With a change it is looked up anew who asks, and what was asked while the database hung may still fail.
  const known = (): Promise<number> =>
    ask(server, `/api/models/${ID}`).then(({ status }) => status);
  await expect.poll(known).toBe(200);
  await expectWarm(server);
});
