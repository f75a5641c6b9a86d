import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApi } from '../src/rest/create-api.ts';
import type { Route } from '../src/rest/route.ts';
import { type TestServer, testServer } from './test-server.ts';

/** Who may use each route; a route that is not here fails the test. */
const TABLE: Readonly<Record<string, 'anyone' | 'user' | 'admin'>> = {
  'GET /overview': 'user',
  'GET /stats': 'user',
  'GET /models': 'user',
  'GET /facets': 'user',
  'GET /models/{key}/card': 'user',
  'GET /models/{key}/files/{path}': 'user',
  'GET /models/{key}': 'user',
  'GET /models/{key}/archive': 'user',
  'GET /models/{key}/snapshot': 'user',
  'GET /models/{key}/contents/{sha256}': 'user',
  'DELETE /models/{key}': 'admin',
  'PATCH /models/{key}': 'admin',
  'POST /pulls/preview': 'user',
  'POST /deletions/preview': 'admin',
  'POST /exports/preview': 'user',
  'POST /pulls': 'user',
  'POST /imports/preflight': 'admin',
  'POST /deletions': 'admin',
  'POST /pins': 'admin',
  'GET /uploads': 'admin',
  'GET /events': 'user',
  'DELETE /jobs/{id}': 'user',
  'POST /imports': 'admin',
  'POST /verify': 'admin',
  'POST /evict': 'admin',
  'POST /evict/preview': 'admin',
  'POST /gc': 'admin',
  'GET /usage': 'user',
  'GET /jobs': 'user',
  'GET /jobs/{id}': 'user',
  'POST /jobs/{id}/cancel': 'user',
  'GET /jobs/{id}/events': 'user',
  'GET /session': 'anyone',
  'POST /session': 'anyone',
  'DELETE /session': 'user',
  'GET /sessions': 'user',
  'DELETE /sessions/{id}': 'user',
  'POST /setup': 'admin',
  'GET /me': 'user',
  'POST /me/tokens': 'user',
  'GET /users': 'admin',
  'POST /users': 'admin',
  'PATCH /users/{name}': 'admin',
  'DELETE /users/{name}': 'admin',
  'POST /users/{name}/tokens': 'admin',
  'GET /tokens': 'user',
  'DELETE /tokens/{id}': 'user',
  'GET /connections': 'user',
  'POST /connections/{name}/test': 'admin',
  'GET /audit': 'admin',
  'GET /audit/check': 'admin',
  'GET /audit/actions': 'admin',
  'GET /audit.csv': 'admin',
  'GET /settings': 'admin',
};

const services = { connections: [], settings: {} } as never;
const { routes } = createApi({
  services,
  audit: {} as never,
  onError: () => undefined,
  onChange: () => undefined,
});
const nameOf = ({ method, path }: Route): string => `${method} ${path}`;
const addressOf = ({ path }: Route): string =>
  `/-/api/v1${path.replaceAll(/\{\w+\}/g, 'does-not-exist')}`;

let test: TestServer;
let tokens: { user: string; admin: string };
beforeAll(async () => {
  test = await testServer();
  tokens = { user: await test.addUser('uma', 'user'), admin: await test.addUser('ada', 'admin') };
});
afterAll(() => test[Symbol.asyncDispose]());

it('has a line for each route', () => {
  expect(routes.map(nameOf).toSorted()).toEqual(Object.keys(TABLE).toSorted());
});

it.each(routes.map((route) => [nameOf(route), route] as const))(
  '%s is for whom the table says',
  async (name, route) => {
    const ask = async (token?: string): Promise<number> => {
      const body = route.method === 'GET' || route.method === 'DELETE' ? undefined : {};
      const { status } = await test.ask(addressOf(route), {
        // A stream of events would go on and on.
        method: route.answer.type === 'text/event-stream' ? 'HEAD' : route.method,
        ...(token === undefined ? {} : { token }),
        ...(body === undefined ? {} : { body: { nonsense: true } }),
      });
      return status;
    };
    if (TABLE[name] === 'anyone') expect([200, 400]).toContain(await ask());
    else expect(await ask()).toBe(401);
    const asUser = await ask(tokens.user);
    if (TABLE[name] === 'admin') expect(asUser).toBe(403);
    else expect([200, 204, 400, 404]).toContain(asUser);
    expect([200, 204, 400, 404]).toContain(await ask(tokens.admin));
  },
);

it('audits each route that changes something', () => {
  for (const route of routes) {
    const changes = route.method !== 'GET' && !route.path.endsWith('/preview');
    expect(route.audit !== undefined, nameOf(route)).toBe(changes);
  }
});

it('lets only an admin upload', async () => {
  const headers = { 'tus-resumable': '1.0.0', 'upload-length': '3' };
  const path = '/-/api/v1/uploads';
  expect((await test.ask(path, { method: 'POST', headers })).status).toBe(401);
  expect((await test.ask(path, { method: 'POST', headers, token: tokens.user })).status).toBe(403);
  const { status } = await test.ask(path, { method: 'POST', headers, token: tokens.admin });
  expect(status).toBe(201);
  expect((await test.ask(path, { method: 'POST', token: tokens.admin })).status).toBe(405);
});
