import type { User } from '@modelkeep/core';
import { expect, it } from 'vitest';
import { asking } from '../test/ask.ts';
import { FakeView } from '../test/fake-view.ts';
import type { HubRequest } from './http/hub-request.ts';

const ANNA: User = { name: 'anna', role: 'user' };
const FILE = '/org/name/resolve/main/a.txt';

async function authenticate(request: HubRequest): Promise<User | 'invalid' | undefined> {
  const header = request.header('authorization');
  if (header === undefined) return undefined;
  return header === 'Bearer hf_anna' ? ANNA : 'invalid';
}

function bearer(token: string): RequestInit {
  return { headers: { authorization: `Bearer ${token}` } };
}

function view(): FakeView {
  return new FakeView().add({ id: 'org/name', files: { 'a.txt': 'a' } });
}

it('asks on behalf of the user', async () => {
  const { ask, view: asked } = asking(view(), { authenticate });
  expect((await ask(FILE, bearer('hf_anna'))).status).toBe(200);
  await ask('/api/models/org/name', bearer('hf_anna'));
  await ask('/api/models/org/name/commits/main', bearer('hf_anna'));
  expect(asked.users).toEqual(['anna', 'anna', 'anna']);
});

it('asks the view nothing for somebody unknown', async () => {
  const { ask, view: asked } = asking(view(), { authenticate });
  const targets = [
    FILE,
    '/org/name/raw/main/a.txt',
    '/org/name',
    '/org/name/tree/main',
    '/api/models',
    '/api/models/org/name',
    '/api/models/org/name/tree/main',
    '/api/models/org/name/refs',
    '/api/models/org/name/commits/main',
    '/api/models/org/name/auth-check',
    '/api/models/org/name/discussions',
    '/api/models-tags-by-type',
    '/api/whoami-v2',
  ];
  for (const target of targets) {
    const unknown = await ask(target);
    expect(unknown.status, target).toBe(401);
    expect(unknown.headers['www-authenticate']).toContain('Bearer');
    const invalid = await ask(target, bearer('hf_eve'));
    expect(invalid.status).toBe(401);
    // huggingface_hub compares these words, to tell a wrong token from a wrong name.
    expect(invalid.headers['x-error-message']).toBe('Invalid credentials in Authorization header');
    expect(invalid.body).toContain('HF_TOKEN');
  }
  const post = { method: 'POST', body: new URLSearchParams({ paths: 'a' }) };
  expect((await ask('/api/models/org/name/paths-info/main', post)).status).toBe(401);
  expect(asked.calls).toEqual([]);
});

it('lets requests without credentials pass as a user of their own, where there is one', async () => {
  const anonymous: User = { name: 'nobody', role: 'user' };
  const { ask, view: asked } = asking(view(), { authenticate, anonymous });
  expect((await ask(FILE)).status).toBe(200);
  expect((await ask(FILE, bearer('hf_anna'))).status).toBe(200);
  expect((await ask(FILE, bearer('hf_eve'))).status).toBe(401);
  expect((await ask('/api/whoami-v2')).status).toBe(401);
  expect(asked.users).toEqual(['nobody', 'anna']);
});

it('tells who a token belongs to', async () => {
  const { ask } = asking(view(), { authenticate });
  expect((await ask('/api/whoami-v2', bearer('hf_anna'))).json()).toMatchObject({
    type: 'user',
    id: expect.stringMatching(/^[0-9a-f]{24}$/),
    name: 'anna',
    fullname: 'anna',
    orgs: [],
    auth: {
      type: 'access_token',
      accessToken: { displayName: expect.any(String), role: 'read', createdAt: expect.any(String) },
    },
  });
});

it('knows no users where nobody is asked', async () => {
  const { ask, view: asked } = asking(view());
  expect((await ask('/api/whoami-v2', bearer('hf_anna'))).status).toBe(401);
  await ask(FILE, bearer('hf_anna'));
  expect(asked.users).toEqual([undefined]);
});

it('answers a preflight, and who asks nothing of models, without credentials', async () => {
  const { ask, view: asked } = asking(view(), { authenticate });
  const preflight = async (target: string): Promise<unknown> => {
    const told = await ask(target, { method: 'OPTIONS', headers: { origin: 'http://app' } });
    return [told.status, told.headers['access-control-allow-methods']];
  };
  expect(await preflight(FILE)).toEqual([204, 'GET, HEAD, OPTIONS']);
  expect(await preflight('/api/models/org/name/paths-info/main')).toEqual([204, 'POST, OPTIONS']);
  for (const target of ['/', '/api/agent-harnesses', '/api/telemetry/x']) {
    expect((await ask(target)).status).toBe(200);
  }
  expect(asked.calls).toEqual([]);
});

it('lets only chosen web pages read answers, if some are chosen', async () => {
  const { ask } = asking(view(), { corsOrigins: ['https://app.example'] });
  const allowed = async (origin: string): Promise<unknown> =>
    (await ask(FILE, { headers: { origin } })).headers['access-control-allow-origin'];
  expect(await allowed('https://app.example')).toBe('https://app.example');
  expect(await allowed('https://evil.example')).toBeUndefined();
  expect((await ask(FILE)).headers['access-control-allow-origin']).toBeUndefined();
  expect((await ask(FILE)).headers['vary']).toContain('Origin');
});
