import { type FakeHub, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, createBench } from '../modelkeep.ts';
import { type RunningServer, startServer } from './start-server.ts';

const MIB = 1024 * 1024;
const SIZE = 3 * MIB;
const UPSTREAM = `hf_${'u'.repeat(34)}`;
const FILE = 'resolve/main/model.safetensors';

let hub: FakeHub;
let centreBench: Bench;
let centre: RunningServer;
let edgeBench: Bench;
let edge: RunningServer;
let token: string;

/** The Hub, a centre that has the Hub's token, and an edge that has a token of the centre and keeps nothing of `org/passing`. */
beforeAll(async () => {
  hub = await startFakeHub({ xet: true });
  hub.addToken(UPSTREAM, { grants: ['org/private'] });
  for (const [index, id] of ['org/name', 'org/private', 'org/passing', 'gpt2'].entries()) {
    const weights = { generated: { size: SIZE, seed: index } };
    await hub.addModel({ id, files: { 'config.json': '{"a":1}', 'model.safetensors': weights } });
  }
  hub.setAccess('org/private', { private: true });
  centreBench = await createBench({ HF_ENDPOINT: hub.url, HF_TOKEN: UPSTREAM });
  ({ token } = (await centreBench.json(['user', 'add', 'edge'])) as { token: string });
  await centreBench.json(['user', 'add', 'ada', '--role', 'admin']);
  centre = await startServer(centreBench);
  edgeBench = await createBench({ CENTRE_TOKEN: token });
  edge = await startEdge();
});
afterAll(async () => {
  for (const each of [edge, edgeBench, centre, centreBench]) await each[Symbol.asyncDispose]();
  await hub.stop();
});

async function startEdge(): Promise<RunningServer> {
  const connection = (name: string, more: string): string =>
    `  - { name: ${name}, endpoint: '${centre.url}', token: '\${env:CENTRE_TOKEN}', ${more} }\n`;
  await edgeBench.configure(
    `server: { freshSeconds: 0 }\nconnections:\n${connection('passing', 'models: [org/passing], populateOnUse: false')}${connection('centre', "models: ['**']")}`,
  );
  return startServer(edgeBench);
}

async function bytesOf(url: string): Promise<{ readonly status: number; readonly bytes: number }> {
  const response = await fetch(url);
  return { status: response.status, bytes: (await response.arrayBuffer()).byteLength };
}

describe('an edge whose upstream is another Modelkeep', () => {
  it.each(['org/name', 'gpt2'])('serves %s, fetched once by the centre', async (id) => {
    for (let times = 0; times < 2; times++) {
      expect(await bytesOf(`${edge.url}/${id}/${FILE}`)).toEqual({ status: 200, bytes: SIZE });
    }
    const info = await fetch(`${edge.url}/api/models/${id}`);
    expect(await info.json()).toMatchObject({ id });
    expect(hub.bodyBytes(`${id}/model.safetensors`)).toBe(SIZE);
  });

  it('gives a private model that the centre may see, and no token to anybody', async () => {
    expect(await bytesOf(`${edge.url}/org/private/${FILE}`)).toEqual({ status: 200, bytes: SIZE });
    for (const { log } of [edge, centre]) {
      await expect.poll(log).toContain('/org/private/resolve/');
    }
    const logs = edge.log() + centre.log();
    for (const secret of [token, UPSTREAM]) expect(logs).not.toContain(secret.slice(3));
    const seen = hub.requests.map(({ headers }) => headers['authorization']);
    expect(seen).not.toContain(`Bearer ${token}`);
    expect(hub.cdn.authorizationSeen).toBe(false);
  });

  it('keeps nothing of what only passes through', async () => {
    const url = `${edge.url}/org/passing/${FILE}`;
    for (let times = 0; times < 2; times++) {
      const response = await fetch(url);
      expect(response.headers.get('x-modelkeep-cache')).toBe('miss');
      expect((await response.arrayBuffer()).byteLength).toBe(SIZE);
    }
    const kept = (await edgeBench.json(['ls'])) as { modelId: string }[];
    expect(kept.map(({ modelId }) => modelId)).not.toContain('org/passing');
    expect(hub.bodyBytes('org/passing/model.safetensors')).toBe(SIZE);
  });

  it('goes on with what it has when the centre is gone, and names it for the rest', async () => {
    const { host } = new URL(centre.url);
    await centre.end('SIGTERM');
    const warm = await fetch(`${edge.url}/org/name/${FILE}`);
    expect(warm.headers.get('x-modelkeep-cache')).toBe('stale');
    expect(Number(warm.headers.get('age'))).toBeGreaterThanOrEqual(0);
    expect((await warm.arrayBuffer()).byteLength).toBe(SIZE);
    const cold = await fetch(`${edge.url}/org/passing/${FILE}`);
    expect(cold.status).toBe(503);
    expect(Number(cold.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(cold.headers.get('x-error-message')).toContain(host);
  });
});
