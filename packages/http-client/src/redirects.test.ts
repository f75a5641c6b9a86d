import { expect, test } from 'vitest';
import { failure, testClient, textOf } from '../test/clients.ts';
import { type Loopback, loopback } from '../test/loopback.ts';

const TOKEN = 'hf_CanaryCanaryCanaryCanaryCanaryCanary42';

async function redirecting(to: string, status = 302): Promise<Loopback> {
  return loopback((_, response) =>
    response.writeHead(status, { location: to, 'x-hub': 'yes' }).end(),
  );
}

test('the token, the headers of the connection and the caller stay at the own origin', async () => {
  const cdn = await loopback((_, response) => response.end('bytes'));
  const hub = await redirecting(`${cdn.origin}/signed?x=1`);
  const client = testClient({ origin: hub.origin, accessToken: TOKEN, headers: { 'x-key': 'k' } });
  const answer = await client.request(`${hub.origin}/file`, {
    headers: { cookie: 'c', accept: 'a/b', 'x-call': 'd' },
    range: { start: 1, end: 3 },
  });
  expect(await textOf(answer.body)).toBe('bytes');
  expect(answer.url).toBe(`${cdn.origin}/signed?x=1`);
  expect(answer.hops.map(({ status, headers }) => [status, headers.get('x-hub')])).toEqual([
    [302, 'yes'],
  ]);
  expect(hub.requests[0]?.headers).toMatchObject({
    authorization: `Bearer ${TOKEN}`,
    'x-key': 'k',
    cookie: 'c',
    range: 'bytes=1-2',
  });
  const { headers } = cdn.requests[0] ?? {};
  expect(headers).toMatchObject({
    accept: 'a/b',
    range: 'bytes=1-2',
    'accept-encoding': 'identity',
  });
  for (const name of ['authorization', 'x-key', 'cookie', 'x-call'])
    expect(headers).not.toHaveProperty(name);
});

test('a redirect to the own origin keeps the token, one that has been elsewhere does not get it back', async () => {
  let elsewhere = '';
  const hub = await loopback((request, response) => {
    if (request.url === '/a') response.writeHead(307, { location: '/b' }).end();
    else if (request.url === '/b') response.writeHead(302, { location: elsewhere }).end();
    else response.end('end');
  });
  const other = await redirecting(`${hub.origin}/c`);
  elsewhere = other.origin;
  const client = testClient({ origin: hub.origin, accessToken: () => TOKEN });
  (await client.request(`${hub.origin}/a`)).discard();
  expect(
    hub.requests.map(({ url, headers }) => [url, headers.authorization !== undefined]),
  ).toEqual([
    ['/a', true],
    ['/b', true],
    ['/c', false],
  ]);
});

test('an address of another origin gets no token but the headers given for it', async () => {
  const cdn = await loopback((_, response) => response.end());
  const client = testClient({
    origin: 'http://127.0.0.1:1',
    accessToken: TOKEN,
    headers: { 'x-key': 'k' },
  });
  (await client.request(cdn.origin, { headers: { authorization: 'for-the-cdn' } })).discard();
  expect(cdn.requests[0]?.headers.authorization).toBe('for-the-cdn');
  expect(cdn.requests[0]?.headers).not.toHaveProperty('x-key');
});

test('five redirects are followed, six are not, and a circle is seen at once', async () => {
  const hub = await loopback((request, response) => {
    const left = Number(request.url?.slice(1));
    if (left === 0) response.end('end');
    else response.writeHead(302, { location: `/${left === 9 ? 9 : left - 1}` }).end();
  });
  const client = testClient({ origin: hub.origin });
  expect(await textOf((await client.request(`${hub.origin}/5`)).body)).toBe('end');
  expect(await failure(client.request(`${hub.origin}/6`))).toMatchObject({
    code: 'source-unavailable',
    details: { hop: 'redirect' },
  });
  const before = hub.requests.length;
  expect(await failure(client.request(`${hub.origin}/9`))).toMatchObject({
    message: expect.stringContaining('circle'),
  });
  expect(hub.requests).toHaveLength(before + 1);
});

test('a POST becomes a GET after 302, stays one after 307, and never goes elsewhere', async () => {
  const other = await loopback((_, response) => response.end());
  const hub = await loopback((request, response) => {
    const [, status = '', to = ''] = /^\/(\d+)(.*)$/.exec(request.url ?? '') ?? [];
    if (status === '200') response.end('end');
    else
      response.writeHead(Number(status), { location: to === '/off' ? other.origin : '/200' }).end();
  });
  const client = testClient({ origin: hub.origin });
  for (const path of ['/302', '/307']) {
    (await client.request(hub.origin + path, { method: 'POST', body: 'x' })).discard();
  }
  expect(hub.requests.map(({ method }) => method)).toEqual(['POST', 'GET', 'POST', 'POST']);
  await failure(client.request(`${hub.origin}/307/off`, { method: 'POST', body: 'x' }));
  expect(other.requests).toHaveLength(0);
});

test('hosts beyond the list are not asked', async () => {
  const other = await loopback((_, response) => response.end('no'));
  const hub = await redirecting(other.origin);
  const strict = testClient({ origin: hub.origin, allowedRedirectHosts: ['cdn.example.org'] });
  expect(await failure(strict.request(hub.origin))).toMatchObject({
    retryable: false,
    details: { hop: 'redirect', host: other.host },
    message: expect.stringContaining('allowedRedirectHosts'),
  });
  expect(other.requests).toHaveLength(0);
  const listed = testClient({ origin: hub.origin, allowedRedirectHosts: [other.host] });
  expect(await textOf((await listed.request(hub.origin)).body)).toBe('no');
});

test('an upstream on a public address cannot send us to this machine, by number or by name', async () => {
  const inside = await loopback((_, response) => response.end('secret'));
  // Nothing is sent to the origin: only its reach counts.
  const client = testClient({ origin: 'http://8.8.8.8' });
  for (const host of ['127.0.0.1', 'localhost', '2130706433', '[::ffff:127.0.0.1]', 'localhost.']) {
    expect(await failure(client.request(`http://${host}:${inside.port}/`))).toMatchObject({
      code: 'source-unavailable',
      retryable: false,
      details: { hop: 'redirect' },
    });
  }
  expect(inside.requests).toHaveLength(0);
});

test('no upstream can send us to link-local addresses', async () => {
  const hub = await redirecting('http://169.254.169.254/latest/meta-data');
  expect(await failure(testClient({ origin: hub.origin }).request(hub.origin))).toMatchObject({
    retryable: false,
    details: { hop: 'redirect', host: '169.254.169.254' },
  });
});

test('the fetch for libraries follows the same rules', async () => {
  const cdn = await loopback((_, response) =>
    response.writeHead(200, { etag: '"x"' }).end('{"a":1}'),
  );
  const hub = await redirecting(cdn.origin);
  const client = testClient({ origin: hub.origin, accessToken: TOKEN });
  const response = await client.fetch(`${hub.origin}/api`, {
    headers: { accept: 'application/json' },
  });
  expect([response.status, response.headers.get('etag'), await response.json()]).toEqual([
    200,
    '"x"',
    { a: 1 },
  ]);
  expect(hub.requests[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
  expect(cdn.requests[0]?.headers).not.toHaveProperty('authorization');
  const gone = await client.fetch(new Request(`${cdn.origin}/x`, { method: 'HEAD' }));
  expect(await gone.text()).toBe('');
});

test.each(['two words', 'line\nend', 'caf\u00e9'])('%j is no access token', async (accessToken) => {
  const hub = await loopback((_, response) => response.end());
  const error = await failure(testClient({ origin: hub.origin, accessToken }).request(hub.origin));
  expect(error).toMatchObject({ code: 'config-invalid' });
  expect((error as Error).message).not.toContain(accessToken);
});
