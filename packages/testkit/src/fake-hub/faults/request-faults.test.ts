import { expect, it } from 'vitest';
import type { FakeHub } from '../fake-hub.ts';
import { startFakeHub } from '../start-fake-hub.ts';
import { ask, askJson, askThrough, type Told } from '../testing/ask.ts';

async function hubWithModel(): Promise<FakeHub> {
  const hub = await startFakeHub();
  const files = { 'a.json': '{}', 'sub/b.json': '{}', 'w.bin': 'weights' };
  await hub.addModel({ id: 'o/m', files });
  return hub;
}

function resolve(hub: FakeHub, path: string): Promise<Told> {
  return askThrough(`${hub.url}/o/m/resolve/main/${path}`);
}

it('limits the rate with Retry-After or RateLimit', async () => {
  await using hub = await hubWithModel();
  const fault = hub.faults.add({ kind: 'rate-limit', retryAfter: 7, times: 1 });
  const told = await ask(`${hub.url}/api/models/o/m`);
  expect([told.status, told.headers['retry-after']]).toEqual([429, '7']);
  expect((await ask(`${hub.url}/api/models/o/m`)).status).toBe(200);
  expect(fault.hits).toBe(1);
  hub.faults.add({ kind: 'rate-limit', resetAfter: 55 });
  const limited = await ask(`${hub.url}/api/models/o/m`);
  expect(limited.headers['ratelimit']).toBe('"api";r=0;t=55');
  expect(limited.headers).toHaveProperty('ratelimit-policy');
  expect(limited.headers).not.toHaveProperty('retry-after');
  hub.faults.clear();
  expect((await ask(`${hub.url}/api/models/o/m`)).status).toBe(200);
});

it.each([500, 502, 503, 504])('fails with %i on the CDN only', async (status) => {
  await using hub = await hubWithModel();
  hub.faults.add({ kind: 'status', status, match: { origin: 'cdn' } });
  expect((await resolve(hub, 'w.bin')).status).toBe(status);
  expect((await resolve(hub, 'a.json')).status).toBe(200);
});

it('leaves the first requests alone and stops after so many times', async () => {
  await using hub = await hubWithModel();
  hub.faults.add({ kind: 'status', status: 503, skip: 1, times: 2 });
  const statuses: number[] = [];
  for (let n = 0; n < 5; n += 1) statuses.push((await ask(`${hub.url}/api/models/o/m`)).status);
  expect(statuses).toEqual([200, 503, 503, 200, 200]);
});

it.each([
  ['*.json', ['a.json', 'sub/b.json']],
  ['sub/*', ['sub/b.json']],
  ['o/m/a.json', ['a.json']],
  ['o/*/w.bin', ['w.bin']],
  ['**', ['a.json', 'sub/b.json', 'w.bin']],
  ['/o/m/resolve/**', ['a.json', 'sub/b.json', 'w.bin']],
  ['x/**', []],
])('matches paths by the glob %s', async (match, hit) => {
  await using hub = await hubWithModel();
  hub.faults.add({ kind: 'status', status: 503, match });
  const failed: string[] = [];
  for (const path of ['a.json', 'sub/b.json', 'w.bin']) {
    if ((await resolve(hub, path)).status === 503) failed.push(path);
  }
  expect(failed).toEqual(hit);
});

it('matches by route, method and range', async () => {
  await using hub = await hubWithModel();
  const url = `${hub.url}/o/m/resolve/main/w.bin`;
  const handle = hub.faults.add({
    kind: 'status',
    status: 500,
    match: { route: ['resolve', 'tree'], method: 'HEAD' },
  });
  expect((await ask(url, { method: 'HEAD' })).status).toBe(500);
  expect((await ask(url)).status).toBe(302);
  expect((await ask(`${hub.url}/api/models/o/m/tree/main`, { method: 'HEAD' })).status).toBe(500);
  expect((await ask(`${hub.url}/api/models/o/m`, { method: 'HEAD' })).status).toBe(200);
  handle.remove();
  expect((await ask(url, { method: 'HEAD' })).status).toBe(302);
  hub.faults.add({ kind: 'status', status: 500, match: { ranged: true } });
  expect((await ask(url, { headers: { range: 'bytes=0-0' } })).status).toBe(500);
  expect((await ask(url)).status).toBe(302);
});

it('gives a page where a file was asked for', async () => {
  await using hub = await hubWithModel();
  hub.faults.add({ kind: 'html', match: 'w.bin' });
  const told = await resolve(hub, 'w.bin');
  expect(told.status).toBe(200);
  expect(told.headers['content-type']).toContain('text/html');
});

it('redirects anywhere, or to itself for ever', async () => {
  await using hub = await hubWithModel();
  const location = 'ftp://198.51.100.1/w.bin';
  const fault = hub.faults.add({ kind: 'redirect', location });
  const url = `${hub.url}/o/m/resolve/main/w.bin`;
  expect((await ask(url)).headers.location).toBe(location);
  fault.remove();
  hub.faults.add({ kind: 'redirect-loop', match: { route: 'resolve' } });
  let at = url;
  for (let hop = 0; hop < 5; hop += 1) {
    const told = await ask(at);
    expect(told.status).toBe(302);
    at = new URL(String(told.headers.location), at).href;
  }
  expect(new URL(at).pathname).toBe('/o/m/resolve/main/w.bin');
});

it('resets before the head', async () => {
  await using hub = await hubWithModel();
  hub.faults.add({ kind: 'reset', times: 1 });
  await expect(ask(`${hub.url}/api/models/o/m`)).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(hub.requests.at(-1)).toMatchObject({ status: undefined, faults: ['reset'] });
  expect((await ask(`${hub.url}/api/models/o/m`)).status).toBe(200);
});

it('never answers', async () => {
  await using hub = await hubWithModel();
  hub.faults.add({ kind: 'silence', times: 1 });
  const signal = AbortSignal.timeout(100);
  await expect(fetch(`${hub.url}/api/models/o/m`, { signal })).rejects.toThrow('timeout');
});

it('expires signed URLs: one answer, all issued so far, or by time', async () => {
  await using hub = await hubWithModel();
  const sign = async (): Promise<string> =>
    String((await ask(`${hub.url}/o/m/resolve/main/w.bin`)).headers.location);
  const url = await sign();
  const fault = hub.faults.add({ kind: 'expired-url', times: 1 });
  const told = await ask(url);
  expect(told.status).toBe(403);
  expect(told.body.toString()).toContain('<Message>Request has expired</Message>');
  expect((await ask(url)).status).toBe(200);
  expect(fault.hits).toBe(1);
  hub.cdn.expireIssuedUrls();
  expect((await ask(url)).status).toBe(403);
  expect((await ask(await sign())).status).toBe(200);
  hub.cdn.setUrlLifetime(0);
  expect((await ask(await sign())).status).toBe(403);
  expect(hub.cdn.issuedUrls).toBe(3);
});

it('moves a branch between the info and what comes after', async () => {
  await using hub = await hubWithModel();
  hub.faults.add({
    kind: 'move-branch',
    repository: 'o/m',
    files: { 'w.bin': 'other' },
    match: { route: 'info' },
    times: 1,
  });
  const before = (await askJson(`${hub.url}/api/models/o/m`))['sha'];
  const after = (await ask(`${hub.url}/o/m/resolve/main/w.bin`)).headers['x-repo-commit'];
  expect(after).not.toBe(before);
  expect((await resolve(hub, 'w.bin')).body.toString()).toBe('other');
  const old = await askThrough(`${hub.url}/o/m/resolve/${String(before)}/w.bin`);
  expect(old.body.toString()).toBe('weights');
});

it('sets headers and takes them away', async () => {
  await using hub = await hubWithModel();
  hub.faults.add({
    kind: 'headers',
    headers: { 'x-repo-commit': null, ETAG: '"mine"' },
    match: { route: 'resolve-cache' },
  });
  const told = await resolve(hub, 'a.json');
  expect(told.headers).not.toHaveProperty('x-repo-commit');
  expect(told.headers.etag).toBe('"mine"');
});

it('lets the head trickle in, and the body after it', async () => {
  await using hub = await hubWithModel();
  hub.faults.add({ kind: 'slow-headers', ms: 40, match: { origin: 'cdn' } });
  const told = await resolve(hub, 'w.bin');
  expect(told.status).toBe(200);
  expect(told.body.toString()).toBe('weights');
  expect(told.headers.connection).toBe('close');
  expect(hub.requests.at(-1)?.faults).toEqual(['slow-headers']);
});
