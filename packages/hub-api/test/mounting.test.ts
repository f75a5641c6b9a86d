import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import express from 'express';
import { Hono } from 'hono';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createHubApi, type HubApi } from '../src/index.ts';
import { FakeView } from './fake-view.ts';

const CONTENT = 'abcdefghijklmnopqrstuvwxyz'.repeat(10_000);

function view(): FakeView {
  return new FakeView().add({
    id: 'org/name',
    branches: ['refs/pr/1'],
    files: { 'config.json': '{}', 'näme %41.txt': 'odd', 'm.safetensors': CONTENT },
  });
}

function asListener(handler: Parameters<typeof getRequestListener>[0]): RequestListener {
  const listener = getRequestListener(handler);
  return (request, response) => {
    void listener(request, response);
  };
}

const MOUNTS: readonly (readonly [string, (hub: HubApi) => RequestListener])[] = [
  ['node:http', asListener],
  [
    'Hono',
    (hub) => {
      const app = new Hono<{ Bindings: HttpBindings }>();
      app.get('/-/healthz', (context) => context.text('well'));
      app.all('*', (context) => hub(context.req.raw, context.env));
      return asListener(app.fetch);
    },
  ],
  [
    'Express',
    (hub) => {
      const app = express();
      app.get('/-/healthz', (_request, response) => {
        response.send('well');
      });
      const listener = asListener(hub);
      app.use((request, response) => {
        listener(request, response);
      });
      return app;
    },
  ],
];

async function listen(listener: RequestListener): Promise<{ server: Server; url: string }> {
  const server = createServer(listener);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Sends a request line as it is, which fetch would normalise. */
async function askRaw(url: string, target: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `GET ${target} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: close\r\n\r\n`,
    'latin1',
  );
  return text(socket);
}

it.each(MOUNTS)('serves models mounted in %s', async (_name, mount) => {
  const fake = view();
  const { url } = await listen(mount(createHubApi({ view: fake, async *listModels() {} })));
  const info = await fetch(`${url}/api/models/org/name`);
  expect(await info.json()).toMatchObject({ id: 'org/name' });

  const page = await fetch(`${url}/api/models/org/name/tree/main?limit=1`);
  const [, next] = /^<([^>]+)>; rel="next"$/.exec(page.headers.get('link') ?? '') ?? [];
  expect(next?.startsWith(`${url}/api/models/org/name/tree/main?`)).toBe(true);
  expect(await (await fetch(String(next))).json()).toHaveLength(1);

  const file = `${url}/org/name/resolve/main/m.safetensors`;
  const whole = await fetch(file);
  expect(whole.headers.get('content-length')).toBe(String(CONTENT.length));
  expect(await whole.text()).toBe(CONTENT);
  const part = await fetch(file, { headers: { range: 'bytes=100-104' } });
  expect([part.status, await part.text()]).toEqual([206, CONTENT.slice(100, 105)]);
  const opened = fake.opened;
  const head = await fetch(file, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length')]).toEqual([200, String(CONTENT.length)]);
  expect(head.headers.get('content-encoding')).toBeNull();
  expect(fake.opened).toBe(opened);

  const post = await fetch(`${url}/api/models/org/name/paths-info/main`, {
    method: 'POST',
    body: JSON.stringify({ paths: ['config.json'] }),
    headers: { 'content-type': 'application/json' },
  });
  expect(await post.json()).toHaveLength(1);
  const absent = await fetch(`${url}/org/name/resolve/main/nope`);
  expect([absent.status, absent.headers.get('x-error-code')]).toEqual([404, 'EntryNotFound']);
  const write = await fetch(`${url}/api/repos/create`, { method: 'POST', body: '{}' });
  expect(write.status).toBe(403);
});

it.each(MOUNTS)('reads the target as it came in %s', async (_name, mount) => {
  const { url } = await listen(mount(createHubApi({ view: view(), async *listModels() {} })));
  const status = async (target: string): Promise<string> =>
    (await askRaw(url, target)).slice(9, 12);
  expect(await status('/org/name/resolve/main/x/%2e%2e/config.json')).toBe('400');
  expect(await status('/org/name/resolve/main/x/../config.json')).toBe('400');
  expect(await status('/org/name/resolve/main/%2e%2e%2fconfig.json')).toBe('400');
  expect(await status('/org/name\\resolve/main/config.json')).toBe('400');
  expect(await status('/org/name/resolve/refs/pr/1/config.json')).toBe('200');
  expect(await status('/org/name/resolve/refs%2Fpr%2F1/config.json')).toBe('200');
  expect(await status('/org/name/resolve/main/n%C3%A4me%20%2541.txt')).toBe('200');
});

it.each(MOUNTS)('breaks off in %s when a file cannot be gone on with', async (_name, mount) => {
  // Hono's adapter prints what breaks a body.
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const fake = view();
  const { url } = await listen(
    mount(createHubApi({ view: breaking(fake), async *listModels() {} })),
  );
  const response = await fetch(`${url}/org/name/resolve/main/m.safetensors`);
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow();
});

it.each(MOUNTS)('closes a file in %s when its reader goes away', async (_name, mount) => {
  const fake = view();
  const { url } = await listen(
    mount(createHubApi({ view: endless(fake), async *listModels() {} })),
  );
  const aborting = new AbortController();
  const response = await fetch(`${url}/org/name/resolve/main/m.safetensors`, {
    signal: aborting.signal,
  });
  await response.body?.getReader().read();
  aborting.abort();
  await expect.poll(() => fake.closed).toBe(1);
});

/** The view, with files that fail after their first bytes. */
function breaking(fake: FakeView): FakeView {
  const file = fake.file.bind(fake);
  fake.file = async (...args) => ({
    ...(await file(...args)),
    async *open() {
      yield Buffer.from(CONTENT.slice(0, 1_000));
      throw new Error('the digest does not agree');
    },
  });
  return fake;
}

/** The view, with files that go on for ever. */
function endless(fake: FakeView): FakeView {
  const file = fake.file.bind(fake);
  fake.sizes.set('m.safetensors', 2 ** 40);
  fake.file = async (...args) => ({
    ...(await file(...args)),
    async *open() {
      try {
        for (;;) yield Buffer.alloc(65_536);
      } finally {
        fake.closed += 1;
      }
    },
  });
  return fake;
}
