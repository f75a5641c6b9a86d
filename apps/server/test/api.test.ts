import { createHash } from 'node:crypto';
import { seededBytes } from '@modelkeep/testkit/memory';
import { describe, expect, it } from 'vitest';
import { endOfJob } from './follow-job.ts';
import { type TestServer, testServer } from './test-server.ts';

const API = '/-/api/v1';
const WEIGHTS = Buffer.from(seededBytes(5, 3 * 1024 * 1024 + 11));
const files = { 'config.json': '{"a":1}', 'model.safetensors': WEIGHTS };
const KEY = encodeURIComponent('hf@org/name');

async function withModel(): Promise<TestServer> {
  const test = await testServer();
  await test.hub.addModel({
    id: 'org/name',
    files,
    tags: ['license:mit'],
    libraryName: 'transformers',
  });
  const { id } = (await test.ask(`${API}/pulls`, { body: { model: 'org/name' } })).json();
  expect(await endOfJob(test, id)).toMatchObject({ state: 'done' });
  return test;
}

describe('models', () => {
  it('are listed, searched, shown, pinned and removed', async () => {
    await using test = await withModel();
    const list = async (query: string): Promise<unknown> =>
      (await test.ask(`${API}/models?${query}`)).json();
    expect(await list('')).toMatchObject({ total: 1, models: [{ key: 'hf@org/name' }] });
    for (const query of ['search=ORG', 'license=mit', 'library=transformers', 'connection=hub']) {
      expect(await list(query)).toMatchObject({ total: 1 });
    }
    for (const query of ['search=x', 'license=gpl', 'pinned=true', 'unusedForDays=1', 'offset=1']) {
      expect(await list(query)).toMatchObject({ models: [] });
    }
    expect((await test.ask(`${API}/models?limit=0`)).status).toBe(400);
    expect((await test.ask(`${API}/models?nonsense=1`)).status).toBe(400);
    const shown = await test.ask(`${API}/models/${KEY}`);
    expect(shown.json()).toMatchObject({
      files: [{ path: 'config.json' }, { size: WEIGHTS.length }],
    });
    const pinned = await test.ask(`${API}/models/${KEY}`, {
      method: 'PATCH',
      body: { pinned: true },
    });
    expect(pinned.json()).toMatchObject({ pinned: true });
    await test.ask(`${API}/models/${KEY}`, { method: 'PATCH', body: { pinned: false } });
    expect((await test.ask(`${API}/usage`)).json()).toMatchObject({ blobCount: 2 });
    const removed = await test.ask(`${API}/models/${KEY}`, { method: 'DELETE' });
    expect(removed.json()).toMatchObject({ key: 'hf@org/name' });
    expect((await test.ask(`${API}/models/${KEY}`)).json()).toMatchObject({
      error: { code: 'model-not-cached' },
    });
  });

  it('leave as an archive that can be cut and resumed although they are used meanwhile', async () => {
    await using test = await withModel();
    const path = `${API}/models/${KEY}/archive`;
    const head = await test.ask(path, { method: 'HEAD' });
    const etag = String(head.headers['etag']);
    const size = Number(head.headers['content-length']);
    const whole = await test.ask(path);
    expect(whole.bytes.byteLength).toBe(size);
    expect(whole.headers['content-disposition']).toContain('org_2fname.tar');
    await test.cache.getModelFromCache('org/name');
    await expect.poll(async () => (await test.cache.findModel('org/name')).lastUsed).toBeDefined();
    const parts: Buffer[] = [];
    for (const [start, end] of [
      [0, 600],
      [600, 1_000_001],
      [1_000_001, size],
    ] as const) {
      const range = `bytes=${start}-${end === size ? '' : end - 1}`;
      const part = await test.ask(path, { headers: { range, 'if-range': etag } });
      expect(part.status).toBe(206);
      expect(part.headers['content-range']).toBe(`bytes ${start}-${end - 1}/${size}`);
      parts.push(part.bytes);
    }
    expect(Buffer.concat(parts).equals(whole.bytes)).toBe(true);
    const changed = await test.ask(path, { headers: { range: 'bytes=5-', 'if-range': '"other"' } });
    expect(changed.status).toBe(200);
    const beyond = await test.ask(path, { headers: { range: `bytes=${size + 10_000}-` } });
    expect(beyond.status).toBe(416);
    expect((await test.ask(`${path}?format=tar.gz`)).bytes.subarray(0, 2)).toEqual(
      Buffer.of(0x1f, 0x8b),
    );
    expect((await test.ask(`${path}?format=rar`)).status).toBe(400);
  });

  it('come back by an upload that was cut', async () => {
    await using test = await withModel();
    const archive = (await test.ask(`${API}/models/${KEY}/archive`)).bytes;
    await test.ask(`${API}/models/${KEY}`, { method: 'DELETE' });
    const tus = { 'tus-resumable': '1.0.0' };
    const created = await test.ask(`${API}/uploads`, {
      method: 'POST',
      headers: { ...tus, 'upload-length': String(archive.length) },
    });
    expect(created.status).toBe(201);
    const location = String(created.headers['location']);
    expect(location).toMatch(new RegExp(`^${test.url}${API}/uploads/[0-9a-f]{32}$`));
    const path = new URL(location).pathname;
    const upload = path.split('/').at(-1);
    const patch = async (start: number, end: number): Promise<number> => {
      const sent = await fetch(location, {
        method: 'PATCH',
        headers: {
          ...tus,
          'content-type': 'application/offset+octet-stream',
          'upload-offset': String(start),
        },
        body: archive.subarray(start, end),
      });
      return sent.status;
    };
    expect(await patch(0, 700_000)).toBe(204);
    const early = (await test.ask(`${API}/imports`, { body: { upload } })).json();
    expect(await endOfJob(test, early['id'])).toMatchObject({ error: { code: 'conflict' } });
    const { headers } = await test.ask(path, { method: 'HEAD', headers: tus });
    expect(headers['upload-offset']).toBe('700000');
    expect(await patch(5, 10)).toBe(409);
    expect(await patch(700_000, archive.length)).toBe(204);
    const { id } = (await test.ask(`${API}/imports`, { body: { upload } })).json();
    expect(await endOfJob(test, id)).toMatchObject({
      state: 'done',
      result: { key: 'hf@org/name', addedFiles: 2 },
    });
    expect((await test.ask(path, { method: 'HEAD', headers: tus })).status).toBe(404);
    const again = await test.ask('/org/name/resolve/main/model.safetensors');
    expect(createHash('sha256').update(again.bytes).digest('hex')).toBe(
      createHash('sha256').update(WEIGHTS).digest('hex'),
    );
  });
});

describe('administration', () => {
  it('adds users, changes roles, issues and revokes tokens, and keeps the last admin', async () => {
    await using test = await testServer();
    const token = await test.addUser('ada', 'admin');
    const ask = async (
      method: string,
      path: string,
      body?: unknown,
    ): Promise<Record<string, unknown>> =>
      (
        await test.ask(`${API}${path}`, { method, token, ...(body === undefined ? {} : { body }) })
      ).json();
    expect(await ask('POST', '/users', { name: 'bob' })).toMatchObject({ role: 'user' });
    expect(await ask('POST', '/users', { name: 'bob' })).toMatchObject({
      error: { code: 'conflict' },
    });
    const issued = await ask('POST', '/users/bob/tokens', { label: 'laptop' });
    expect(issued).toMatchObject({
      user: 'bob',
      label: 'laptop',
      token: expect.stringMatching(/^hf_/),
    });
    const bob = String(issued['token']);
    expect((await test.ask(`${API}/me`, { token: bob })).json()).toEqual({
      name: 'bob',
      role: 'user',
    });
    const used = async (): Promise<unknown> =>
      (await test.ask(`${API}/tokens`, { token: bob })).json()['tokens'];
    await expect.poll(used).toMatchObject([{ user: 'bob', lastUsed: expect.any(Number) }]);
    expect(await ask('PATCH', '/users/ada', { role: 'user' })).toMatchObject({
      error: { code: 'conflict' },
    });
    expect(await ask('DELETE', '/users/ada')).toMatchObject({ error: { code: 'conflict' } });
    expect(await ask('DELETE', `/tokens/${String(issued['id'])}`)).toMatchObject({ user: 'bob' });
    expect(await ask('DELETE', '/users/bob')).toEqual({ name: 'bob', tokens: 0 });
    expect(JSON.stringify(await ask('GET', '/users'))).not.toContain('hf_');
  });

  it('audits each change and each that was refused, in a chain', async () => {
    await using test = await testServer();
    const token = await test.addUser('ada', 'admin');
    const user = await test.addUser('uma', 'user');
    await test.ask(`${API}/users`, { body: { name: 'bob' }, token });
    await test.ask(`${API}/users`, { body: { name: 'bob' }, token });
    await test.ask(`${API}/gc`, { body: {}, token: user });
    const { events } = (await test.ask(`${API}/audit`, { token })).json<{ events: object[] }>();
    expect(events).toMatchObject([
      { number: 3, action: 'store.gc', user: 'uma', outcome: 'access-denied' },
      { number: 2, action: 'user.add', subject: 'bob as user', outcome: 'conflict' },
      { number: 1, action: 'user.add', user: 'ada', address: '127.0.0.1', outcome: 'ok' },
    ]);
    expect((await test.ask(`${API}/audit/check`, { token })).json()).toEqual({
      whole: true,
      firstBroken: null,
    });
  });

  it('tests a connection, naming what failed', async () => {
    await using test = await testServer();
    await test.hub.addModel({ id: 'org/name', files });
    const path = `${API}/connections/hub/test`;
    const good = await test.ask(path, { body: { model: 'org/name' } });
    expect(good.json()).toMatchObject({ ok: true, code: null });
    await test.hub.stop();
    const bad = await test.ask(path, { body: { model: 'org/name' } });
    expect(bad.json()).toMatchObject({ ok: false, code: 'source-unavailable' });
    expect((await test.ask(`${API}/connections`)).json()).toMatchObject({
      connections: [{ name: 'hub', models: ['**'] }],
    });
  });

  it('describes itself, and refuses what is no JSON', async () => {
    await using test = await testServer();
    const { openapi, paths } = (await test.ask('/-/api/openapi.json')).json<{
      openapi: string;
      paths: object;
    }>();
    expect(openapi).toBe('3.1.0');
    expect(Object.keys(paths)).toContain('/models/{key}/archive');
    const form = await test.ask(`${API}/gc`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(form.status).toBe(400);
    expect((await test.ask(`${API}/models/%E0%A4%A`)).status).toBe(400);
    expect((await test.ask(`${API}/models/..%2f..%2fetc`)).status).toBe(400);
    expect((await test.ask(`${API}/gc`)).status).toBe(405);
    expect((await test.ask(`${API}/none`)).status).toBe(404);
    expect(test.errors).toEqual([]);
  });
});
