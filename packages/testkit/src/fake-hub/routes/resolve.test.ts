import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { startFakeHub } from '../start-fake-hub.ts';
import { ask, askThrough } from '../testing/ask.ts';

const WEIGHTS = 'weights '.repeat(1000);
const SHA256 = createHash('sha256').update(WEIGHTS).digest('hex');
const FILES = { 'sub/config.json': '{"a":1}', 'model.safetensors': WEIGHTS, empty: '' };

it('sends readers of a public regular file to the resolve cache, by a root-relative 307', async () => {
  await using hub = await startFakeHub({ prefix: '/hub' });
  const commit = await hub.addModel({ id: 'o/m', files: FILES });
  for (const method of ['HEAD', 'GET']) {
    const told = await ask(`${hub.url}/o/m/resolve/main/sub/config.json`, { method });
    expect(told.status).toBe(307);
    expect(told.headers['x-repo-commit']).toBe(commit);
    const location = `/hub/api/resolve-cache/models/o/m/${commit}/sub/config.json?`;
    expect(told.headers.location?.startsWith(location)).toBe(true);
    expect(told.headers.location).toMatch(/&etag=%22[0-9a-f]{40}%22$/);
  }
  const told = await askThrough(`${hub.url}/o/m/resolve/main/sub/config.json`);
  expect(told.status).toBe(200);
  expect(told.body.toString()).toBe('{"a":1}');
  expect(told.headers).toMatchObject({
    etag: `"${createHash('sha1').update('blob 7\0{"a":1}').digest('hex')}"`,
    'x-repo-commit': commit,
    'content-length': '7',
    'accept-ranges': 'bytes',
    'content-type': 'text/plain; charset=utf-8',
    'content-disposition': `inline; filename*=UTF-8''config.json; filename="config.json";`,
    'access-control-allow-origin': '*',
  });
});

it('sends readers of an LFS file to a signed URL on another origin, by a 302', async () => {
  await using hub = await startFakeHub();
  const commit = await hub.addModel({ id: 'o/m', files: FILES });
  const told = await ask(`${hub.url}/o/m/resolve/main/model.safetensors`, { method: 'HEAD' });
  expect(told.status).toBe(302);
  expect(told.headers).toMatchObject({
    'x-repo-commit': commit,
    'x-linked-size': '8000',
    'x-linked-etag': `"${SHA256}"`,
  });
  expect(told.headers).not.toHaveProperty('x-xet-hash');
  const location = told.headers.location ?? '';
  expect(location.startsWith(`${hub.cdn.url}/`)).toBe(true);
  const file = await ask(location);
  expect(file.status).toBe(200);
  expect(file.body.toString()).toBe(WEIGHTS);
  expect(file.headers.etag).not.toContain(SHA256);
  expect(file.headers['x-cache']).toContain('cloudfront');
  expect((await ask(location.replace('Expires=', 'Expires=9'))).status).toBe(403);
});

it('gives regular files of gated and private models directly', async () => {
  await using hub = await startFakeHub();
  hub.addToken('hf_t', { grants: ['o/p'] });
  await hub.addModel({ id: 'o/p', files: FILES, private: true });
  const headers = { authorization: 'Bearer hf_t' };
  const told = await ask(`${hub.url}/o/p/resolve/main/sub/config.json`, { headers });
  expect(told.status).toBe(200);
  expect(told.body.toString()).toBe('{"a":1}');
});

it.each([
  ['bytes=0-0', 206, 'bytes 0-0/8000', 1],
  ['bytes=10-19', 206, 'bytes 10-19/8000', 10],
  ['bytes=7990-', 206, 'bytes 7990-7999/8000', 10],
  ['bytes=0-8000', 206, 'bytes 0-7999/8000', 8000],
  ['bytes=-5', 206, 'bytes 7995-7999/8000', 5],
  ['bytes=8000-', 416, 'bytes */8000', 0],
  ['bytes=0-1,5-6', 200, undefined, 8000],
  ['lines=1-2', 200, undefined, 8000],
])('answers Range: %s with %i', async (range, status, contentRange, length) => {
  await using hub = await startFakeHub();
  await hub.addModel({ id: 'o/m', files: FILES });
  const url = `${hub.url}/o/m/resolve/main/model.safetensors`;
  const told = await askThrough(url, { headers: { range } });
  expect(told.status).toBe(status);
  expect(told.headers['content-range']).toBe(contentRange);
  expect(told.body).toHaveLength(length);
});

it('answers 416 to a range of an empty file', async () => {
  await using hub = await startFakeHub();
  await hub.addModel({ id: 'o/m', files: FILES });
  const url = `${hub.url}/o/m/resolve/main/empty`;
  const told = await askThrough(url, { headers: { range: 'bytes=0-0' } });
  expect(told.status).toBe(416);
  expect(told.headers['content-range']).toBe('bytes */0');
  expect((await askThrough(url)).headers['content-length']).toBe('0');
});

it('honours If-None-Match, If-Match and If-Range', async () => {
  await using hub = await startFakeHub();
  await hub.addModel({ id: 'o/m', files: FILES });
  const url = `${hub.url}/o/m/resolve/main/sub/config.json`;
  const etag = String((await askThrough(url)).headers.etag);
  const status = async (headers: Record<string, string>): Promise<number> =>
    (await askThrough(url, { headers })).status;
  expect(await status({ 'if-none-match': `W/${etag}, "x"` })).toBe(304);
  expect(await status({ 'if-none-match': '"x"' })).toBe(200);
  expect(await status({ 'if-match': '"x"' })).toBe(412);
  expect(await status({ range: 'bytes=0-1', 'if-range': etag })).toBe(206);
  expect(await status({ range: 'bytes=0-1', 'if-range': '"x"' })).toBe(200);
});

it('sends small text gzip-encoded to who accepts it, unless it is told not to', async () => {
  const headers = { 'accept-encoding': 'gzip, deflate' };
  await using hub = await startFakeHub();
  await hub.addModel({ id: 'o/m', files: FILES });
  const told = await askThrough(`${hub.url}/o/m/resolve/main/sub/config.json`, { headers });
  expect(gunzipSync(told.body).toString()).toBe('{"a":1}');
  expect(told.headers['content-encoding']).toBe('gzip');
  expect(told.headers.etag).toMatch(/^W\/"/);
  expect(told.headers).not.toHaveProperty('content-length');
  const ranged = { headers: { ...headers, range: 'bytes=0-1' } };
  const part = await askThrough(`${hub.url}/o/m/resolve/main/sub/config.json`, ranged);
  expect(part.status).toBe(206);
  expect(part.headers).not.toHaveProperty('content-encoding');

  await using plain = await startFakeHub({ gzipText: false });
  await plain.addModel({ id: 'o/m', files: FILES });
  const raw = await askThrough(`${plain.url}/o/m/resolve/main/sub/config.json`, { headers });
  expect(raw.body.toString()).toBe('{"a":1}');
});

it('changes only the disposition for ?download=true', async () => {
  await using hub = await startFakeHub();
  await hub.addModel({ id: 'o/m', files: FILES });
  for (const path of ['sub/config.json', 'model.safetensors']) {
    const told = await askThrough(`${hub.url}/o/m/resolve/main/${path}?download=true`);
    expect(told.headers['content-disposition']).toMatch(/^attachment; /);
  }
});

it.each([
  ['a#b?c d+e.txt', 'a%23b%3Fc%20d%2Be.txt'],
  ['100%.txt', '100%.txt'],
  ['100%.txt', '100%25.txt'],
  ['näme.txt', 'n%C3%A4me.txt'],
  ['%41.txt', '%2541.txt'],
])('finds the file %s asked for as %s', async (name, asked) => {
  await using hub = await startFakeHub();
  await hub.addModel({ id: 'o/m', files: { [name]: 'right', 'A.txt': 'wrong' } });
  const rawPath = `/o/m/resolve/main/${asked}`;
  const told = await ask(hub.url, { rawPath });
  expect(told.status).toBe(307);
  const file = await ask(hub.url, { rawPath: told.headers.location ?? '' });
  expect(file.body.toString()).toBe('right');
});

it('keeps names apart that differ in case or Unicode form only', async () => {
  await using hub = await startFakeHub();
  const names = ['README.md', 'Readme.md', 'n\u00e4.txt', 'na\u0308.txt'];
  await hub.addModel({ id: 'o/m', files: Object.fromEntries(names.map((name) => [name, name])) });
  for (const name of names) {
    const told = await askThrough(`${hub.url}/o/m/resolve/main/${encodeURIComponent(name)}`);
    expect(told.body.toString()).toBe(name);
  }
});

it('gives git blobs as they are under raw, LFS files as pointers', async () => {
  await using hub = await startFakeHub();
  await hub.addModel({ id: 'o/m', files: FILES });
  const config = await ask(`${hub.url}/o/m/raw/main/sub/config.json`);
  expect(config.body.toString()).toBe('{"a":1}');
  const pointer = await ask(`${hub.url}/o/m/raw/main/model.safetensors`);
  expect(pointer.body.toString()).toBe(
    `version https://git-lfs.github.com/spec/v1\noid sha256:${SHA256}\nsize 8000\n`,
  );
});

it('hints at Xet only if it is told to', async () => {
  await using hub = await startFakeHub({ xet: true });
  const commit = await hub.addModel({ id: 'o/m', files: FILES });
  const url = `${hub.url}/o/m/resolve/main/model.safetensors`;
  const told = await ask(url);
  expect(told.headers['x-xet-hash']).toMatch(/^[0-9a-f]{64}$/);
  const token = `${hub.url}/api/models/o/m/xet-read-token/${commit}`;
  expect(told.headers['link']).toContain(`<${token}>; rel="xet-auth", <${hub.cdn.url}/`);
  const answer = await ask(token);
  expect(answer.headers['x-xet-cas-url']).toBe(hub.cdn.url);
  expect(JSON.parse(answer.body.toString())).toMatchObject({ casUrl: hub.cdn.url });
  const info = await ask(url, { headers: { accept: 'application/vnd.xet-fileinfo+json, */*' } });
  expect(info.headers['content-type']).toBe('application/vnd.xet-fileinfo+json');
});
