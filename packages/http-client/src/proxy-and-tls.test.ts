import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { failure, testClient, textOf } from '../test/clients.ts';
import { loopback, loopbackProxy } from '../test/loopback.ts';

let tls: { readonly key: string; readonly cert: string };

beforeAll(async () => {
  const pair = await generate([{ name: 'commonName', value: 'Test CA' }], {
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  tls = { key: pair.private, cert: pair.cert };
});

async function certificateFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'modelkeep-ca-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'ca.pem');
  await writeFile(path, tls.cert);
  return path;
}

describe('a private certificate authority', () => {
  test('is refused unless named, with advice, and not retried', async () => {
    const server = await loopback((_, response) => response.end('secret'), { tls });
    const error = await failure(testClient({ origin: server.origin }).request(server.origin));
    expect(error).toMatchObject({
      code: 'source-unavailable',
      retryable: false,
      details: { hop: 'tls', host: server.host },
      message: expect.stringContaining('caFile'),
    });
    expect(server.requests).toHaveLength(0);
  });

  test('is trusted by caFile, by ca and by SSL_CERT_FILE', async () => {
    const server = await loopback((_, response) => response.end('hello'), { tls });
    const file = await certificateFile();
    const { origin } = server;
    for (const client of [
      testClient({ origin, ca: tls.cert }),
      testClient({ origin, caFile: file }),
      testClient({ origin }, { SSL_CERT_FILE: file }),
    ]) {
      expect(await textOf((await client.request(origin)).body)).toBe('hello');
    }
  });

  test.each([
    ['/nowhere/ca.pem', /cannot be read/],
    [import.meta.filename, /no PEM/],
  ])('a bad file stops the first request: %s', async (caFile, reason) => {
    const error = await failure(
      testClient({ origin: 'https://127.0.0.1:1', caFile }).request('https://127.0.0.1:1'),
    );
    expect(error).toMatchObject({ code: 'config-invalid', message: expect.stringMatching(reason) });
  });
});

describe('a proxy', () => {
  test.each(['option', 'HTTPS_PROXY', 'https_proxy'])('tunnels https, set by %s', async (way) => {
    const server = await loopback((_, response) => response.end('through'), { tls });
    const proxy = await loopbackProxy(server.port);
    const { origin } = server;
    const client =
      way === 'option'
        ? testClient({ origin, ca: tls.cert, proxy: proxy.url })
        : testClient({ origin, ca: tls.cert }, { [way]: proxy.url });
    expect(await textOf((await client.request(origin)).body)).toBe('through');
    expect(proxy.asked).toEqual([server.host]);
  });

  test('its credentials go to the proxy alone, and the token to the origin alone', async () => {
    const server = await loopback((_, response) => response.end(), { tls });
    const proxy = await loopbackProxy(server.port);
    const client = testClient({
      origin: server.origin,
      ca: tls.cert,
      proxy: proxy.url.replace('//', '//user:word@'),
      accessToken: 'hf_token',
    });
    (await client.request(server.origin)).discard();
    expect(proxy.credentials).toEqual([`Basic ${Buffer.from('user:word').toString('base64')}`]);
    expect(server.requests[0]?.headers).toMatchObject({ authorization: 'Bearer hf_token' });
    expect(server.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
  });

  test('forwards plain http', async () => {
    const proxy = await loopbackProxy(0);
    const origin = 'http://hub.test';
    const client = testClient({ origin }, { HTTP_PROXY: proxy.url });
    expect(await textOf((await client.request(`${origin}/a?b=c`)).body)).toBe('by proxy');
    expect(proxy.asked).toEqual(['http://hub.test/a?b=c']);
  });

  test.each([
    ['NO_PROXY', { NO_PROXY: '127.0.0.1' }, {}],
    ['noProxy', {}, { noProxy: 'localhost,127.0.0.1' }],
    ['proxy: false', {}, { proxy: false as const }],
  ])('is left out by %s', async (_, env, options) => {
    const server = await loopback((_request, response) => response.end('direct'));
    const proxy = await loopbackProxy(server.port);
    const client = testClient(
      { origin: server.origin, ...options },
      { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, ...env },
    );
    expect(await textOf((await client.request(server.origin)).body)).toBe('direct');
    expect(proxy.asked).toEqual([]);
  });

  test.each([
    [407, false],
    [502, true],
  ])('that answers %i is named as the hop', async (status, retryable) => {
    const proxy = await loopbackProxy(0, status);
    const origin = 'https://hub.test';
    const error = await failure(testClient({ origin, proxy: proxy.url }).request(origin));
    expect(error).toMatchObject({
      code: 'source-unavailable',
      retryable,
      details: { hop: 'proxy' },
      message: expect.stringContaining(proxy.host),
    });
  });

  test('that is not there is named as the hop', async () => {
    const gone = 'http://127.0.0.1:9';
    const error = await failure(
      testClient({ origin: 'https://hub.test', proxy: gone }).request('https://hub.test'),
    );
    expect(error).toMatchObject({ retryable: true, details: { hop: 'proxy' } });
  });
});
