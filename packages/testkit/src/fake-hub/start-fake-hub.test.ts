import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { redactRequest } from './observing/request-log.ts';
import { startFakeHub } from './start-fake-hub.ts';
import { ask, askJson, askThrough } from './testing/ask.ts';

const FILES = { 'config.json': '{}', 'w.bin': { generated: { size: 3_000_000, seed: 1 } } };

it('counts the body bytes of files, and neither HEAD nor API answers', async () => {
  await using hub = await startFakeHub();
  await hub.addModel({ id: 'o/m', files: FILES });
  const url = `${hub.url}/o/m/resolve/main`;
  await ask(`${hub.url}/api/models/o/m`);
  await askThrough(`${url}/w.bin`, { method: 'HEAD' });
  expect(hub.bodyBytes()).toBe(0);
  await askThrough(`${url}/w.bin`);
  await askThrough(`${url}/w.bin`, { headers: { range: 'bytes=0-99' } });
  await askThrough(`${url}/config.json`);
  expect(hub.bodyBytes()).toBe(3_000_102);
  expect(hub.bodyBytes('*.bin')).toBe(3_000_100);
  expect(hub.bodyBytes('config.json')).toBe(2);
  expect(hub.bytesByFile()).toEqual({ 'o/m/w.bin': 3_000_100, 'o/m/config.json': 2 });
  hub.resetCounters();
  expect([hub.bodyBytes(), hub.requests.length]).toEqual([0, 0]);
});

it('does not count what a client that left did not take', async () => {
  await using hub = await startFakeHub();
  const size = 200_000_000;
  await hub.addModel({ id: 'o/m', files: { 'w.bin': { generated: { size, seed: 1 } } } });
  const url = (await ask(`${hub.url}/o/m/resolve/main/w.bin`)).headers.location ?? '';
  const leaving = new AbortController();
  const response = await fetch(url, { signal: leaving.signal });
  await response.body?.getReader().read();
  leaving.abort();
  await expect.poll(() => hub.requests.at(-1)?.isOver).toBe(true);
  expect(hub.bodyBytes()).toBeGreaterThan(0);
  expect(hub.bodyBytes()).toBeLessThan(size / 2);
});

it('records every request, and hides tokens and signatures on demand', async () => {
  await using hub = await startFakeHub();
  hub.addToken('hf_secret', { grants: '*' });
  await hub.addModel({ id: 'o/m', files: FILES });
  const headers = { authorization: 'Bearer hf_secret', range: 'bytes=0-9' };
  const told = await ask(`${hub.url}/o/m/resolve/main/w.bin`, { headers });
  expect(hub.cdn.authorizationSeen).toBe(false);
  await ask(told.headers.location ?? '', { headers });
  expect(hub.cdn.authorizationSeen).toBe(true);
  const common = {
    method: 'GET',
    repository: 'o/m',
    path: 'w.bin',
    range: 'bytes=0-9',
    faults: [],
  };
  expect(hub.requests).toMatchObject([
    { ...common, origin: 'hub', route: 'resolve', status: 302 },
    { ...common, origin: 'cdn', route: 'cdn', status: 206, bodyBytes: 10 },
  ]);
  expect(JSON.stringify(hub.requests)).toContain('hf_secret');
  const redacted = JSON.stringify(hub.requests.map(redactRequest));
  expect(redacted).not.toContain('hf_secret');
  expect(redacted).not.toMatch(/Signature=[^[]/);
  hub.resetCounters();
  expect(hub.cdn.authorizationSeen).toBe(false);
});

it('keeps the latest requests only', async () => {
  await using hub = await startFakeHub({ requestLimit: 3 });
  for (let n = 0; n < 8; n += 1) await ask(`${hub.url}/api/whoami-v2?n=${n}`);
  const urls = hub.requests.map(({ url }) => url.slice(-1));
  expect(urls).toEqual(['5', '6', '7']);
});

it('counts connections', async () => {
  await using hub = await startFakeHub();
  await hub.addModel({ id: 'o/m', files: FILES });
  hub.faults.add({ kind: 'silence', match: { route: 'info' } });
  const leaving = new AbortController();
  const waiting = [1, 2, 3].map(() =>
    fetch(`${hub.url}/api/models/o/m`, { signal: leaving.signal }).catch(() => undefined),
  );
  await expect.poll(() => hub.requests.length).toBe(3);
  expect(hub.connections).toEqual({ open: 3, max: 3, total: 3 });
  leaving.abort();
  await Promise.all(waiting);
  await expect.poll(() => hub.connections.open).toBe(0);
  expect(hub.connections.max).toBe(3);
  hub.resetCounters();
  expect(hub.connections).toEqual({ open: 0, max: 0, total: 0 });
});

it('goes down, refusing and breaking connections, and comes back on the same port', async () => {
  await using hub = await startFakeHub();
  await hub.addModel({ id: 'o/m', files: FILES });
  hub.faults.add({ kind: 'stall', afterBytes: 10, times: 1 });
  const url = `${hub.url}/o/m/resolve/main/w.bin`;
  const cut = askThrough(url);
  await expect.poll(() => hub.bodyBytes()).toBe(10);
  await hub.stop();
  expect((await cut).complete).toBe(false);
  for (const origin of [hub.url, hub.cdn.url]) {
    await expect(ask(origin)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  }
  await hub.restart();
  expect((await askThrough(url)).body).toHaveLength(3_000_000);
  await hub.cdn.stop();
  await expect(askThrough(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect((await askThrough(`${hub.url}/o/m/resolve/main/config.json`)).status).toBe(200);
  await hub.cdn.restart();
  expect((await askThrough(url)).status).toBe(200);
});

it('paces both origins and waits before answers, without changing a byte', async () => {
  await using fast = await startFakeHub();
  await using slow = await startFakeHub({ bytesPerSecond: 30_000_000, latencyMs: 1 });
  for (const hub of [fast, slow]) await hub.addModel({ id: 'o/m', files: FILES });
  const [a, b] = await Promise.all(
    [fast, slow].map((hub) => askThrough(`${hub.url}/o/m/resolve/main/w.bin`)),
  );
  expect(b?.body.equals(a?.body ?? Buffer.alloc(0))).toBe(true);
});

it('serves a folder from where it is, .git left out', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fake-hub-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'sub'));
  await mkdir(join(folder, '.git'));
  await writeFile(join(folder, '.git/HEAD'), 'x');
  await writeFile(join(folder, 'sub/w.safetensors'), 'weights');
  await using hub = await startFakeHub();
  const sha = await hub.addModelFromFolder('o/m', folder, { libraryName: 'l' });
  expect(await askJson(`${hub.url}/api/models/o/m`)).toMatchObject({
    sha,
    library_name: 'l',
    siblings: [{ rfilename: 'sub/w.safetensors' }],
  });
  const told = await askThrough(`${hub.url}/o/m/resolve/main/sub/w.safetensors`);
  expect(told.body.toString()).toBe('weights');
});

it('gives equal commits to equal models, and others to others', async () => {
  await using hub = await startFakeHub();
  const first = await hub.addModel({ id: 'o/a', files: FILES });
  expect(await hub.addModel({ id: 'o/b', files: FILES })).toBe(first);
  expect(await hub.addModel({ id: 'o/c', files: { ...FILES, x: '1' } })).not.toBe(first);
  await expect(hub.commit('o/none', { files: {} })).rejects.toMatchObject({
    code: 'invalid-argument',
  });
});

it('takes a list or a decision for what git-lfs keeps', async () => {
  await using hub = await startFakeHub();
  const files = { 'a.bin': '1', 'b.txt': '2' };
  const kinds = async (id: string): Promise<unknown[]> =>
    (await askJson<{ lfs?: unknown }[]>(`${hub.url}/api/models/${id}/tree/main`)).map(
      ({ lfs }) => lfs !== undefined,
    );
  await hub.addModel({ id: 'usual', files });
  await hub.addModel({ id: 'list', files, lfs: ['b.txt'] });
  await hub.addModel({ id: 'rule', files, lfs: (_path, size) => size > 0 });
  expect(await kinds('usual')).toEqual([true, false]);
  expect(await kinds('list')).toEqual([false, true]);
  expect(await kinds('rule')).toEqual([true, true]);
});
