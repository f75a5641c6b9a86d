import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createToken } from '../src/access/token.ts';
import { testServer } from './test-server.ts';

const FILE = '/org/name/resolve/main/config.json';
const files = { 'config.json': '{"a":1}' };

it('asks for a token for all but its health once there is a user', async () => {
  await using test = await testServer();
  await test.hub.addModel({ id: 'org/name', files });
  const token = await test.addUser('ada', 'user');
  for (const path of [FILE, '/api/models/org/name', '/-/metrics', '/-/api/v1/models']) {
    const refused = await test.ask(path);
    expect(refused.status, path).toBe(401);
    expect(refused.headers['www-authenticate'], path).toMatch(/^Bearer/);
    expect(refused.headers['x-error-message'], path).toMatch(/ask its administrator/);
    expect((await test.ask(path, { token: createToken() })).status, path).toBe(401);
  }
  expect((await test.ask('/-/healthz')).status).toBe(200);
  expect((await test.ask('/-/readyz')).status).toBe(200);
  expect((await test.ask(FILE, { token })).text).toBe('{"a":1}');
  const basic = `Basic ${Buffer.from(`ada:${token}`).toString('base64')}`;
  expect((await test.ask(FILE, { headers: { authorization: basic } })).text).toBe('{"a":1}');
});

it('refuses a revoked token within a second', async () => {
  await using test = await testServer();
  const token = await test.addUser('ada', 'user');
  expect((await test.ask('/-/metrics', { token })).status).toBe(200);
  await test.server.users.remove('ada');
  await test.addUser('bob', 'user');
  await sleep(1000);
  expect((await test.ask('/-/metrics', { token })).status).toBe(401);
});

it('lets those without a token read where that was asked for', async () => {
  await using test = await testServer({ anonymous: 'read' });
  await test.hub.addModel({ id: 'org/name', files });
  await test.addUser('ada', 'admin');
  expect((await test.ask(FILE)).status).toBe(200);
  expect((await test.ask('/-/api/v1/models')).status).toBe(401);
  expect((await test.ask(FILE, { token: createToken() })).status).toBe(401);
});

it('shows those without a token only what is public, whatever the connection may see', async () => {
  await using test = await testServer({ anonymous: 'read' });
  const ada = await test.addUser('ada', 'user');
  await test.hub.addModel({ id: 'org/open', files });
  await test.hub.addModel({ id: 'org/secret', files, private: true });
  await test.hub.addModel({ id: 'org/gated', files, gated: 'auto' });
  const paths = (id: string): string[] => [
    `/${id}/resolve/main/config.json`,
    `/api/models/${id}`,
    `/api/models/${id}/tree/main`,
    `/api/models/${id}/refs`,
  ];
  for (const id of ['org/secret', 'org/gated']) {
    for (const path of paths(id)) {
      expect((await test.ask(path, { token: ada })).status, path).toBe(200);
      const refused = await test.ask(path);
      expect([401, 403, 404], path).toContain(refused.status);
      expect(refused.text).not.toContain('"a"');
    }
  }
  for (const path of paths('org/open')) expect((await test.ask(path)).status, path).toBe(200);
  expect((await test.ask('/api/models?author=org')).text).not.toContain('secret');
});

it('takes nobody behind a proxy for somebody on this machine', async () => {
  await using test = await testServer();
  const headers = { 'x-forwarded-for': '192.0.2.7' };
  expect((await test.ask('/-/metrics', { headers })).status).toBe(401);
  expect((await test.ask('/-/metrics')).status).toBe(200);
});

it('makes an address wait that sends too many wrong tokens', async () => {
  await using test = await testServer();
  const token = await test.addUser('ada', 'user');
  expect((await test.ask('/-/metrics', { token })).status).toBe(200);
  const wrong = (): Promise<number> =>
    test.ask(FILE, { token: createToken() }).then(({ status }) => status);
  for (let tries = 0; tries < 10; tries += 1) expect(await wrong()).toBe(401);
  expect(await wrong()).toBe(429);
  expect((await test.ask('/-/metrics', { token })).status).toBe(200);
});

it('lets nobody behind a proxy wait for the failures of others there', async () => {
  await using test = await testServer();
  const token = await test.addUser('ada', 'user');
  const from = (client: string): Record<string, string> => ({
    'x-forwarded-for': `198.51.100.9, ${client}`,
  });
  const wrong = (): Promise<number> =>
    test
      .ask(FILE, { token: createToken(), headers: from('192.0.2.7') })
      .then(({ status }) => status);
  for (let tries = 0; tries < 10; tries += 1) expect(await wrong()).toBe(401);
  expect(await wrong()).toBe(429);
  expect((await test.ask('/-/metrics', { token, headers: from('192.0.2.8') })).status).toBe(200);
  const other = await test.addUser('bob', 'user');
  const waits = { token: other, headers: from('192.0.2.7') };
  expect((await test.ask('/-/metrics', waits)).status).toBe(429);
});

it('writes one line a request, and no token', async () => {
  await using test = await testServer();
  await test.hub.addModel({ id: 'org/name', files });
  const token = await test.addUser('ada', 'user');
  const wrong = createToken();
  await test.ask(`${FILE}?token=${token}`, { token });
  await test.ask(`/${token}/resolve/main/x`, { token: wrong });
  await test.ask('/-/metrics', { headers: { authorization: `Basic ${wrong}` } });
  await test.server.stop();
  const text = test.log.join('');
  expect(text.trimEnd().split('\n')).toHaveLength(3);
  expect(text).toMatch(
    / 127\.0\.0\.1 ada GET \/org\/name\/resolve\/main\/config\.json 200 7 miss \d/,
  );
  expect(text).not.toContain(token.slice(3));
  expect(text).not.toContain(wrong.slice(3));
  expect(text).not.toContain('hf_of_the_connection');
  expect(text).toContain('/hf_***/resolve');
});

it('refuses to be reached from elsewhere without users', async () => {
  await expect(testServer({ host: '0.0.0.0' })).rejects.toMatchObject({ code: 'config-invalid' });
  await using test = await testServer({ host: '0.0.0.0', insecure: true });
  expect((await test.ask('/-/healthz')).status).toBe(200);
});
