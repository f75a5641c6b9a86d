import { createHash } from 'node:crypto';
import { seededBytes } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { endOfJob } from './follow-job.ts';
import { type TestServer, testServer } from './test-server.ts';

const API = '/-/api/v1';
const WEIGHTS = Buffer.from(seededBytes(5, 1024 * 1024 + 11));
const SHA256 = createHash('sha256').update(WEIGHTS).digest('hex');
const KEY = encodeURIComponent('hf@org/name');
const files = { 'config.json': '{"a":1}', 'model.safetensors': WEIGHTS };

interface Snapshot {
  readonly commitHash: string;
  readonly path: string;
  readonly files: readonly { readonly path: string; readonly digest: string }[];
}

async function withModel(facts: object = {}): Promise<TestServer> {
  const test = await testServer();
  await test.hub.addModel({ id: 'org/name', files, ...facts });
  const { id } = (await test.ask(`${API}/pulls`, { body: { model: 'org/name' } })).json();
  expect(await endOfJob(test, id)).toMatchObject({ state: 'done' });
  return test;
}

it('gives a cached model to other machines, and asks no source', async () => {
  await using test = await withModel();
  await test.hub.stop();
  const snapshot = (await test.ask(`${API}/models/${KEY}/snapshot`)).json() as unknown as Snapshot;
  expect(snapshot.path).toMatch(new RegExp(`/models--org--name/snapshots/${snapshot.commitHash}$`));
  expect(snapshot.files.map(({ path }) => path)).toEqual(['config.json', 'model.safetensors']);
  expect(snapshot.files[1]?.digest).toBe(SHA256);
  const bound = encodeURIComponent(`org/name@${snapshot.commitHash}`);
  const whole = await test.ask(`${API}/models/${bound}/contents/${SHA256}`);
  expect(whole.status).toBe(200);
  expect(whole.headers['etag']).toBe(`"${SHA256}"`);
  expect(whole.bytes.equals(WEIGHTS)).toBe(true);
  const address = `${API}/models/${KEY}/contents/${SHA256}`;
  const rest = await test.ask(address, { headers: { range: 'bytes=1000000-' } });
  expect(rest.status).toBe(206);
  expect(rest.headers['content-range']).toBe(
    `bytes 1000000-${WEIGHTS.length - 1}/${WEIGHTS.length}`,
  );
  expect(rest.bytes.equals(WEIGHTS.subarray(1_000_000))).toBe(true);
  expect((await test.ask(address, { headers: { range: 'bytes=9999999-' } })).status).toBe(416);
  expect((await test.ask(address, { method: 'HEAD' })).headers['content-length']).toBe(
    String(WEIGHTS.length),
  );
  expect(test.errors).toEqual([]);
});

it('counts as a use', async () => {
  await using test = await withModel();
  const uma = await test.addUser('uma', 'user');
  const lastUser = async (): Promise<unknown> => {
    await test.ask(`${API}/models/${KEY}/snapshot`, { token: uma });
    return (await test.cache.findModel('org/name')).lastUsedBy;
  };
  await expect.poll(lastUser).toBe('uma');
});

it('never fetches what is not there', async () => {
  await using test = await testServer();
  await test.hub.addModel({ id: 'org/name', files });
  for (const path of ['snapshot', `contents/${SHA256}`]) {
    const { status, text } = await test.ask(`${API}/models/${KEY}/${path}`);
    expect(status).toBe(404);
    expect(text).toContain('modelkeep pull org/name');
  }
  expect(test.hub.requests).toEqual([]);
  const cached = await withModel();
  await using _cached = cached;
  const other = await cached.ask(`${API}/models/${KEY}/contents/${'0'.repeat(64)}`);
  expect(other.status).toBe(404);
  expect((await cached.ask(`${API}/models/${KEY}/contents/config.json`)).status).toBe(400);
});

it('is for those only whom a connection enables a gated model for', async () => {
  await using test = await testServer({}, { models: ['other/*'] });
  await test.hub.addModel({ id: 'org/name', files, gated: 'auto' });
  const [ada, uma] = [await test.addUser('ada', 'admin'), await test.addUser('uma', 'user')];
  const used = await test.ask('/org/name/resolve/main/model.safetensors', { token: ada });
  expect(used.status).toBe(200);
  const known = (): Promise<string> => test.cache.getModelFromCache('org/name');
  await expect.poll(known).toContain('models--org--name');
  for (const path of ['snapshot', `contents/${SHA256}`, 'archive']) {
    const address = `${API}/models/${KEY}/${path}`;
    const read = await test.ask(address, { token: ada });
    expect(read.status, read.text).toBe(200);
    expect((await test.ask(address, { token: uma })).status, path).toBe(403);
  }
});
