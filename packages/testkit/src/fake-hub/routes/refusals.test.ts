import { expect, it } from 'vitest';
import { startFakeHub } from '../start-fake-hub.ts';
import { ask, askJson } from '../testing/ask.ts';

const FILES = { 'README.md': 'hi', 'sub/README.md': 'hi', 'config.json': '{}', 'w.bin': 'w' };
const CHALLENGE = 'Bearer realm="Authentication required", charset="UTF-8"';
const TOKEN = { authorization: 'Bearer hf_nobody' };

async function hubWithModels(): Promise<Awaited<ReturnType<typeof startFakeHub>>> {
  const hub = await startFakeHub();
  await hub.addModel({ id: 'o/open', files: FILES });
  await hub.addModel({ id: 'o/private', files: FILES, private: true });
  await hub.addModel({ id: 'o/gated', files: FILES, gated: 'manual', xet: true });
  await hub.addModel({ id: 'o/off', files: FILES, disabled: true });
  hub.addToken('hf_nobody');
  hub.addToken('hf_granted', { grants: ['o/private', 'o/gated'] });
  hub.addToken('hf_waiting', { pending: ['o/gated'] });
  return hub;
}

it.each(['o/none', 'o/private', 'nothing'])(
  'hides %s from the anonymous by a bare 401',
  async (id) => {
    await using hub = await hubWithModels();
    for (const path of [`/api/models/${id}`, `/${id}/resolve/main/config.json`]) {
      const told = await ask(`${hub.url}${path}`);
      expect(told.status).toBe(401);
      expect(told.headers['x-error-message']).toBe('Invalid username or password.');
      expect(told.headers['www-authenticate']).toBe(CHALLENGE);
      expect(told.headers).not.toHaveProperty('x-error-code');
    }
  },
);

it('words refusals as JSON under /api, as text for files, as a page elsewhere', async () => {
  await using hub = await hubWithModels();
  const api = await ask(`${hub.url}/api/models/o/none`);
  expect(api.body.toString()).toBe('{"error":"Invalid username or password."}');
  const file = await ask(`${hub.url}/o/none/resolve/main/x`);
  expect(file.body.toString()).toBe('Invalid username or password.');
  const page = await ask(`${hub.url}/somewhere`);
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
  const head = await ask(`${hub.url}/o/none/resolve/main/x`, { method: 'HEAD' });
  expect([head.status, head.body.length]).toEqual([401, 0]);
});

it.each(['o/none', 'o/private'])(
  'calls %s not found to a token without a right to it',
  async (id) => {
    await using hub = await hubWithModels();
    const told = await ask(`${hub.url}/api/models/${id}`, { headers: TOKEN });
    expect(told.status).toBe(404);
    expect(told.headers['x-error-code']).toBe('RepoNotFound');
    expect(told.headers['x-error-message']).toBe('Repository not found');
  },
);

it('opens a private model to a granted token, Bearer or Basic', async () => {
  await using hub = await hubWithModels();
  const basic = `Basic ${Buffer.from('anna:hf_granted').toString('base64')}`;
  for (const authorization of ['Bearer hf_granted', basic]) {
    const told = await ask(`${hub.url}/api/models/o/private`, { headers: { authorization } });
    expect(told.status).toBe(200);
  }
  hub.removeToken('hf_granted');
  const headers = { authorization: 'Bearer hf_granted' };
  expect((await ask(`${hub.url}/api/models/o/private`, { headers })).status).toBe(401);
});

it('tells an unknown revision from an unknown file', async () => {
  await using hub = await hubWithModels();
  const commit = (await askJson(`${hub.url}/api/models/o/open`))['sha'];
  for (const path of ['/api/models/o/open/tree/nope', '/o/open/resolve/nope/config.json']) {
    const told = await ask(`${hub.url}${path}`);
    expect(told.status).toBe(404);
    expect(told.headers['x-error-code']).toBe('RevisionNotFound');
    expect(told.headers['x-error-message']).toBe('Invalid rev id: nope');
  }
  const told = await ask(`${hub.url}/o/open/resolve/main/nope`, { method: 'HEAD' });
  expect(told.status).toBe(404);
  expect(told.headers['x-error-code']).toBe('EntryNotFound');
  expect(told.headers['x-error-message']).toBe('Entry not found');
  expect(told.headers['x-repo-commit']).toBe(commit);
});

it.each([
  [
    {},
    401,
    'Access to model o/gated is restricted. You must have access to it and be authenticated to access it. Please log in.',
  ],
  [
    TOKEN,
    403,
    'Access to model o/gated is restricted and you are not in the authorized list. Visit https://huggingface.co/o/gated to ask for access.',
  ],
  [
    { authorization: 'Bearer hf_waiting' },
    403,
    'Your request to access model o/gated is awaiting a review from the repo authors.',
  ],
])('keeps the files of a gated model from %o', async (headers, status, message) => {
  await using hub = await hubWithModels();
  const closed = [
    'resolve/main/config.json',
    'resolve/main/sub/README.md',
    'resolve/nope/x',
    'raw/main/README.md',
  ];
  for (const path of closed) {
    const told = await ask(`${hub.url}/o/gated/${path}`, { headers });
    expect(told.status).toBe(status);
    expect(told.headers['x-error-code']).toBe('GatedRepo');
    expect(told.headers['x-error-message']).toBe(message);
  }
  const check = await ask(`${hub.url}/api/models/o/gated/auth-check`, { headers });
  expect(JSON.parse(check.body.toString())).toEqual({ error: message });
});

it('shows everybody the info, tree and README of a gated model, hashes masked', async () => {
  await using hub = await hubWithModels();
  const mask = '*'.repeat(64);
  const info = await askJson(`${hub.url}/api/models/o/gated?blobs=true`);
  expect(info).toMatchObject({ gated: 'manual' });
  const tree = `${hub.url}/api/models/o/gated/tree/main`;
  const weights = async (headers: Record<string, string>): Promise<unknown> =>
    (await askJson<{ path: string }[]>(tree, { headers })).find(({ path }) => path === 'w.bin');
  expect(JSON.stringify(info['siblings'])).toContain(`"sha256":"${mask}"`);
  expect(await weights({})).toMatchObject({ lfs: { oid: mask }, xetHash: mask });
  expect(await weights({ authorization: 'Bearer hf_granted' })).toMatchObject({
    lfs: { oid: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
  const readme = await ask(`${hub.url}/o/gated/resolve/main/README.md`);
  expect([readme.status, readme.body.toString()]).toEqual([200, 'hi']);
  const check = `${hub.url}/api/models/o/gated/auth-check`;
  const granted = await ask(check, { headers: { authorization: 'Bearer hf_granted' } });
  expect(granted.body.toString()).toBe('OK');
});

it('refuses a disabled model, and a token that nobody has', async () => {
  await using hub = await hubWithModels();
  const off = await ask(`${hub.url}/api/models/o/off`);
  expect(off.status).toBe(403);
  expect(off.headers['x-error-message']).toBe('Access to this resource is disabled.');
  const headers = { authorization: 'Bearer hf_expired' };
  const told = await ask(`${hub.url}/api/models/o/open`, { headers });
  expect(told.status).toBe(401);
  expect(told.headers['x-error-message']).toBe('Invalid credentials in Authorization header');
});

it('changes who may see a model while it runs', async () => {
  await using hub = await hubWithModels();
  hub.setAccess('o/open', { private: true });
  expect((await ask(`${hub.url}/api/models/o/open`)).status).toBe(401);
  hub.setAccess('o/open', { private: false, gated: 'auto' });
  expect((await ask(`${hub.url}/o/open/resolve/main/w.bin`)).status).toBe(401);
  expect(() => hub.setAccess('o/none', {})).toThrow('no model o/none');
});

it('sends askers of a renamed model on, by a relative 307 with path and query', async () => {
  await using hub = await startFakeHub({ prefix: '/p' });
  await hub.addModel({ id: 'gpt2', files: FILES });
  hub.rename('gpt2', 'o/gpt2');
  hub.rename('o/gpt2', 'openai/gpt2');
  const location = async (path: string, method = 'GET'): Promise<unknown> =>
    (await ask(`${hub.url}${path}`, { method })).headers.location;
  expect(await location('/api/models/gpt2')).toBe('/p/api/models/openai/gpt2');
  expect(await location('/api/models/o/gpt2/tree/main?recursive=true')).toBe(
    '/p/api/models/openai/gpt2/tree/main?recursive=true',
  );
  expect(await location('/api/models/gpt2/paths-info/main', 'POST')).toBe(
    '/p/api/models/openai/gpt2/paths-info/main',
  );
  expect(await location('/gpt2/resolve/main/config.json')).toBe(
    '/p/openai/gpt2/resolve/main/config.json',
  );
  expect((await askJson(`${hub.url}/api/models/openai/gpt2`))['id']).toBe('openai/gpt2');
  hub.removeModel('openai/gpt2');
  expect((await ask(`${hub.url}/api/models/openai/gpt2`)).status).toBe(401);
});

it('refuses methods and targets that it does not have', async () => {
  await using hub = await hubWithModels();
  expect((await ask(`${hub.url}/api/models/o/open`, { method: 'DELETE' })).status).toBe(405);
  expect((await ask(`${hub.url}/api/models/o/open/unknown`)).status).toBe(404);
  expect((await ask(`${hub.url}/api/unknown`)).status).toBe(404);
  expect((await ask(`${hub.url}/api/agent-harnesses`)).status).toBe(200);
  expect((await ask(`${hub.url}/o/open/resolve/main/../../secret`)).status).toBe(404);
});
