import { expect, it } from 'vitest';
import { type TestServer, testServer } from './test-server.ts';

const SESSION = '/-/api/v1/session';
const MODELS = '/-/api/v1/models';
const BROWSER = { 'sec-fetch-site': 'same-origin' };
const MINE = { ...BROWSER, 'x-requested-with': 'modelkeep' };

/** What a browser sends back of the answer's cookie. */
function cookieOf(headers: Readonly<Record<string, unknown>>): string {
  const [cookie = ''] = headers['set-cookie'] as string[];
  return cookie.split(';')[0] ?? '';
}

async function signIn(test: TestServer, body: object): Promise<Record<string, string>> {
  const { status, headers } = await test.ask(SESSION, { body, headers: BROWSER });
  expect(status).toBe(200);
  return { ...MINE, cookie: cookieOf(headers) };
}

async function statusAs(test: TestServer, headers: Record<string, string>): Promise<number> {
  return (await test.ask(MODELS, { headers })).status;
}

it('begin with a token, in a cookie that no script and no other site can use', async () => {
  await using test = await testServer();
  const token = await test.addUser('uma', 'user');
  const { headers, json, text } = await test.ask(SESSION, { body: { token }, headers: BROWSER });
  const [cookie = ''] = headers['set-cookie'] ?? [];
  expect(cookie).toMatch(
    /^modelkeep_session_\d+=[\w-]{43}; Path=\/-\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/,
  );
  expect(json()).toMatchObject({
    user: { name: 'uma', role: 'user' },
    via: 'session',
    session: { user: 'uma', current: true, address: '127.0.0.1' },
    needsSetup: false,
  });
  const secret = cookieOf(headers).split('=')[1] ?? '';
  expect(text).not.toContain(secret);
  const mine = { ...MINE, cookie: cookieOf(headers) };
  expect(await statusAs(test, mine)).toBe(200);
  expect((await test.ask('/-/api/v1/users', { headers: mine })).status).toBe(403);
  await expect.poll(() => test.log.join('')).toContain('POST /-/api/v1/session 200');
  expect(test.log.join('')).not.toContain(secret);
});

it('are refused for a wrong token, soon also without looking', async () => {
  await using test = await testServer();
  const token = await test.addUser('uma', 'user');
  const wrong = { body: { token: `hf_${'a'.repeat(49)}` } };
  for (let tries = 0; tries < 10; tries++) {
    const { status, headers } = await test.ask(SESSION, wrong);
    expect([status, headers['set-cookie']]).toEqual([401, undefined]);
  }
  expect((await test.ask(SESSION, { body: { link: 'x' } })).status).toBe(429);
  expect((await test.ask(SESSION, { body: { token } })).status).toBe(429);
});

it('tell who asks to everybody, and what there is to do first', async () => {
  await using test = await testServer();
  const state = async (headers = {}): Promise<unknown> =>
    (await test.ask(SESSION, { headers })).json();
  expect(await state()).toMatchObject({
    user: { name: 'local', role: 'admin' },
    via: 'machine',
    session: null,
    needsSetup: true,
  });
  expect(await state({ 'x-forwarded-for': '10.0.0.1' })).toMatchObject({
    user: null,
    needsSetup: false,
  });
  await test.addUser('ada', 'admin');
  await expect.poll(() => state()).toMatchObject({ user: null, via: null, needsSetup: false });
});

it('begin by a link once, in time, and as the admin of the machine', async () => {
  await using test = await testServer();
  const link = await test.server.issueSignInCode();
  const proxied = { 'x-forwarded-for': '10.0.0.1' };
  expect(await statusAs(test, proxied)).toBe(401);
  const mine = await signIn(test, { link });
  expect((await test.ask(SESSION, { headers: { ...mine, ...proxied } })).json()).toMatchObject({
    user: { name: 'local', role: 'admin' },
    via: 'session',
    needsSetup: true,
  });
  expect((await test.ask(SESSION, { body: { link } })).status).toBe(401);
  const { events } = (await test.ask('/-/api/v1/audit?outcome=ok', { headers: mine })).json<{
    events: object[];
  }>();
  expect(events).toMatchObject([{ action: 'session.begin', user: 'local', subject: 'by link' }]);
  await test.addUser('ada', 'admin');
  await expect.poll(() => statusAs(test, {})).toBe(401);
  expect(await statusAs(test, mine)).toBe(200);
});

it('sign the first admin in as it is added, and nobody else that way', async () => {
  await using test = await testServer();
  const setup = '/-/api/v1/setup';
  const first = await test.ask(setup, { body: { name: 'ada' } });
  expect(first.status).toBe(201);
  const { token } = first.json<{ token: string }>();
  const mine = { ...MINE, cookie: cookieOf(first.headers) };
  expect(await statusAs(test, {})).toBe(401);
  expect(await statusAs(test, mine)).toBe(200);
  expect((await test.ask(MODELS, { token })).status).toBe(200);
  expect((await test.ask(setup, { body: { name: 'eve' }, headers: mine })).status).toBe(409);
});

it('end with the sign-out, the token, the user, and by an admin', async () => {
  await using test = await testServer();
  const admin = { token: await test.addUser('ada', 'admin') };
  const token = await test.addUser('uma', 'user');
  const sessions = async (asked: object): Promise<{ id: string; user: string }[]> =>
    (await test.ask('/-/api/v1/sessions', asked)).json<{ sessions: [] }>().sessions;

  const out = await signIn(test, { token });
  const ended = await test.ask(SESSION, { method: 'DELETE', headers: out });
  expect(ended.status).toBe(204);
  expect(ended.headers['set-cookie']?.[0]).toContain('=; Path=/-/; Max-Age=0');
  expect(await statusAs(test, out)).toBe(401);

  const revoked = await signIn(test, { token });
  const [mine] = await sessions({ headers: revoked });
  expect(mine).toMatchObject({ user: 'uma', current: true });
  await signIn(test, admin);
  expect((await sessions(admin)).map(({ user }) => user).toSorted()).toEqual(['ada', 'uma']);
  expect(await sessions({ headers: revoked })).toHaveLength(1);
  const path = `/-/api/v1/sessions/${mine?.id}`;
  const other = await test.addUser('udo', 'user');
  expect((await test.ask(path, { method: 'DELETE', token: other })).status).toBe(404);
  expect((await test.ask(path, { method: 'DELETE', ...admin })).status).toBe(200);
  expect(await statusAs(test, revoked)).toBe(401);

  const ofToken = await signIn(test, { token });
  const { tokens } = (await test.ask('/-/api/v1/tokens', { token })).json<{
    tokens: { id: string }[];
  }>();
  await test.ask(`/-/api/v1/tokens/${tokens[0]?.id}`, { method: 'DELETE', ...admin });
  expect(await statusAs(test, ofToken)).toBe(401);

  const ofUser = await signIn(test, { token: other });
  await test.ask('/-/api/v1/users/udo', { method: 'DELETE', ...admin });
  expect(await statusAs(test, ofUser)).toBe(401);
});

it('change nothing for a page of another site, nor for a form', async () => {
  await using test = await testServer();
  const mine = await signIn(test, { token: await test.addUser('ada', 'admin') });
  const { cookie = '' } = mine;
  const gc = '/-/api/v1/gc';
  const form = { cookie, 'content-type': 'application/x-www-form-urlencoded' };
  expect((await test.ask(gc, { method: 'POST', headers: form })).status).toBe(403);
  for (const site of ['cross-site', 'same-site']) {
    const headers = { ...mine, 'sec-fetch-site': site };
    expect((await test.ask(gc, { body: {}, headers })).status).toBe(403);
  }
  const foreign = { cookie, origin: 'https://evil.example' };
  expect((await test.ask(gc, { body: {}, headers: foreign })).status).toBe(403);
  const path = '/-/api/v1/sessions/x';
  expect((await test.ask(path, { method: 'DELETE', headers: { cookie } })).status).toBe(403);
  expect((await test.ask(path, { method: 'DELETE', headers: mine })).status).toBe(404);
  expect((await test.ask(gc, { body: {}, headers: mine })).status).toBe(202);
});

it('open nothing but what is the server its own', async () => {
  await using test = await testServer();
  await test.hub.addModel({ id: 'org/name', files: { a: 'a' } });
  const headers = await signIn(test, { token: await test.addUser('ada', 'admin') });
  expect((await test.ask('/org/name/resolve/main/a', { headers })).status).toBe(401);
  expect((await test.ask('/api/models/org/name', { headers })).status).toBe(401);
});

it('are kept as hashes, for https only where the page came so', async () => {
  await using test = await testServer({ publicUrl: 'https://models.example/hub' });
  const token = await test.addUser('uma', 'user');
  const host = { host: 'models.example' };
  const { headers } = await test.ask(`/hub${SESSION}`, { body: { token }, headers: host });
  expect(headers['set-cookie']?.[0]).toMatch(
    /^modelkeep_session_443=.*; Path=\/hub\/-\/; .*; Secure$/,
  );
});
