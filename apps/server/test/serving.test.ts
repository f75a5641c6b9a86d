import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { seededBytes } from '@modelkeep/testkit/memory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestServer, testServer } from './test-server.ts';

const WEIGHTS = Buffer.from(seededBytes(3, 5 * 1024 * 1024 + 17));
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

let test: TestServer;
beforeAll(async () => {
  test = await testServer();
  await test.hub.addModel({
    id: 'org/name',
    files: { 'config.json': '{"a":1}', 'model.safetensors': WEIGHTS, empty: '' },
  });
});
afterAll(() => test[Symbol.asyncDispose]());

const FILE = '/org/name/resolve/main/model.safetensors';

describe('files of a model', () => {
  it('come whole when nothing is here yet, and from the disk afterwards', async () => {
    const cold = await test.ask(FILE);
    expect(cold.status).toBe(200);
    expect(cold.headers['x-modelkeep-cache']).toBe('miss');
    expect(sha256(cold.bytes)).toBe(sha256(WEIGHTS));
    // Where the disk is slow, readers are given the end of what is proved before it is in the store.
    const cached = async (): Promise<unknown> =>
      (await test.ask(FILE, { method: 'HEAD' })).headers['x-modelkeep-cache'];
    await expect.poll(cached).toBe('hit');
    const warm = await test.ask(FILE);
    expect(warm.headers['x-modelkeep-cache']).toBe('hit');
    expect(warm.headers['etag']).toBe(`"${sha256(WEIGHTS)}"`);
    expect(warm.bytes.equals(WEIGHTS)).toBe(true);
    expect((await test.ask('/org/name/resolve/main/config.json')).text).toBe('{"a":1}');
    expect((await test.ask('/org/name/resolve/main/empty')).bytes.byteLength).toBe(0);
  });

  it('that break off say why in the log, as the client cannot be told any more', async () => {
    await using own = await testServer();
    const files = { 'bad.safetensors': seededBytes(4, 3 * 1024 * 1024) };
    await own.hub.addModel({ id: 'org/bad', files });
    own.hub.faults.add({ kind: 'corrupt', match: { path: 'bad.safetensors' } });
    await expect(own.ask('/org/bad/resolve/main/bad.safetensors')).rejects.toThrow();
    await expect
      .poll(() => own.errors, { timeout: 30_000 })
      .toContainEqual(expect.objectContaining({ code: 'integrity-mismatch' }));
  });

  it('come whole where the store takes nothing, which the log says', async () => {
    await using own = await testServer();
    const bytes = Buffer.from(seededBytes(5, 3 * 1024 * 1024));
    await own.hub.addModel({ id: 'org/new', files: { 'config.json': '{}', 'new.bin': bytes } });
    await rm(`${own.folder}/blobs`, { recursive: true, force: true });
    await writeFile(`${own.folder}/blobs`, 'no folder');
    const large = await own.ask('/org/new/resolve/main/new.bin');
    expect([large.status, sha256(large.bytes)]).toEqual([200, sha256(bytes)]);
    expect((await own.ask('/org/new/resolve/main/config.json')).text).toBe('{}');
    const said = (path: string): unknown =>
      expect.objectContaining({ message: expect.stringContaining(`${path} of org/new was asked`) });
    await expect.poll(() => own.errors).toEqual([said('new.bin'), said('config.json')]);
  });

  it.each([
    ['bytes=0-0', 0, 1],
    ['bytes=1000-70000', 1000, 70001],
    ['bytes=100-4000000', 100, 4000001],
    ['bytes=-17', WEIGHTS.length - 17, WEIGHTS.length],
    ['bytes=5242000-99999999', 5242000, WEIGHTS.length],
  ])('come in the range %s', async (range, start, end) => {
    await test.ask(FILE);
    const part = await test.ask(FILE, { headers: { range } });
    expect(part.status).toBe(206);
    expect(part.headers['content-range']).toBe(`bytes ${start}-${end - 1}/${WEIGHTS.length}`);
    expect(part.bytes.equals(WEIGHTS.subarray(start, end))).toBe(true);
  });

  it('have a head without a body', async () => {
    await test.ask(FILE);
    const head = await test.ask(FILE, { method: 'HEAD' });
    expect(head.headers['content-length']).toBe(String(WEIGHTS.length));
    expect(head.headers['x-repo-commit']).toMatch(/^[0-9a-f]{40}$/);
    expect(head.bytes.byteLength).toBe(0);
  });

  it('come whole to many at once', async () => {
    await test.ask(FILE);
    const all = await Promise.all(Array.from({ length: 10 }, () => test.ask(FILE)));
    expect(all.every(({ bytes }) => bytes.equals(WEIGHTS))).toBe(true);
  });
});

describe('the door', () => {
  const get = (lines: string): string => `GET /-/healthz HTTP/1.1\r\n${lines}\r\n`;
  const close = 'Connection: close\r\n';
  const host = 'Host: localhost\r\n';

  it.each([
    ['two hosts', get(`${host}Host: other.example\r\n${close}`), 400],
    ['no host', get(close), 400],
    ['a body on GET', `${get(`${host}Content-Length: 3\r\n${close}`)}abc`, 400],
    [
      'a chunked body on GET',
      `${get(`${host}Transfer-Encoding: chunked\r\n${close}`)}0\r\n\r\n`,
      400,
    ],
    ['another transfer coding', post('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n'), 501],
    ['two transfer codings', post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n'), 501],
    [
      'length and coding',
      post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
      400,
    ],
    ['two lengths', post('Content-Length: 1\r\nContent-Length: 2\r\n', 'ab'), 400],
    ['a space before the colon', get(`${host}X-A : b\r\n${close}`), 400],
    ['a bare line feed', `GET /-/healthz HTTP/1.1\nHost: localhost\n\n`, 400],
    ['a folded header', get(`${host}X-A: b\r\n c\r\n${close}`), 400],
    ['too long a header', get(`${host}X-A: ${'a'.repeat(20_000)}\r\n${close}`), 431],
    ['an absolute address', `GET http://localhost/-/healthz HTTP/1.1\r\n${host}${close}\r\n`, 400],
    ['too long an address', `GET /${'a'.repeat(9000)} HTTP/1.1\r\n${host}${close}\r\n`, 414],
  ])('refuses %s', async (_, request, status) => {
    const reply = await test.raw(request);
    expect(reply).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(reply.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  function post(headers: string, body: string): string {
    return `POST /-/healthz HTTP/1.1\r\n${host}${headers}${close}\r\n${body}`;
  }

  it.each(['evil.example', 'localhost.evil.example', 'evil.example:8080', 'a b', '@localhost'])(
    'does not answer to the name %s',
    async (name) => {
      expect((await test.ask(FILE, { headers: { host: name } })).status).toBe(421);
      expect((await test.ask('/-/metrics', { headers: { host: name } })).status).toBe(421);
    },
  );

  it('names the name that it does not answer to, also where clients look for errors', async () => {
    const refused = await test.ask(FILE, { headers: { host: 'cache.example:80' } });
    expect(refused.text).toContain('name cache.example:80. If it is its own, add it to server.all');
    expect(refused.headers['x-error-message']).toBe(refused.text.trim());
    const odd = await test.ask(FILE, { headers: { host: 'a<b' } });
    expect(odd.text).toContain('the name in the Host header');
  });

  it('answers probes under any name', async () => {
    for (const path of ['/-/healthz', '/-/readyz']) {
      expect((await test.ask(path, { headers: { host: 'balancer.example' } })).status).toBe(200);
    }
  });

  it('says where monitoring is to ask, and asks no source for models of such names', async () => {
    const before = test.hub.requests.length;
    for (const path of ['/healthz', '/metrics']) {
      const answer = await test.ask(path);
      expect(answer).toMatchObject({ status: 404, text: `That is /-${path} here.\n` });
    }
    expect(test.hub.requests.length).toBe(before);
  });

  it('answers no page to what looks for the API beside it', async () => {
    for (const path of ['/-/api', '/-/api/', '/-/api/v1', '/-/api/v2/models']) {
      const { status, text } = await test.ask(path);
      expect([status, text]).toEqual([404, expect.stringContaining('/-/api/openapi.json')]);
    }
  });

  it.each(['localhost', 'LOCALHOST:9', '127.0.0.1:1', '[::1]:8080', '10.0.0.7'])(
    'answers to the name %s',
    async (name) => {
      expect((await test.ask('/-/healthz', { headers: { host: name } })).status).toBe(200);
    },
  );

  it('lets no page of another site act for the person who looks at it', async () => {
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    for (const path of ['/-/metrics', FILE, '/api/models/org/name']) {
      expect((await test.ask(path, { headers: foreign })).status).toBe(403);
    }
    const old = await test.ask('/-/api/v1/gc', {
      method: 'POST',
      headers: { origin: 'https://evil.example' },
    });
    expect(old.status).toBe(403);
    const own = { origin: `http://localhost:${test.port}`, host: `localhost:${test.port}` };
    expect((await test.ask('/-/metrics', { headers: own })).status).toBe(200);
  });

  it('never shows a path that another program may read in another way', async () => {
    for (const path of [
      '/org/name/resolve/main/../../../../etc/passwd',
      '/org/name/resolve/main/%2e%2e/%2e%2e/etc/passwd',
      '/org/name/resolve/main/..%2f..%2fetc%2fpasswd',
      '/org/name/resolve/main/..%5c..%5cetc',
      '/org/name/resolve/main/a%00b',
      '//etc/passwd',
      '/-/../org/name',
      '/-/%2e%2e/x',
    ]) {
      const { status, text } = await test.ask(path);
      expect(status, path).toBeGreaterThanOrEqual(400);
      expect(status, path).toBeLessThan(500);
      expect(text).not.toContain('root:');
    }
  });
});

describe('operations', () => {
  it('tell that the server lives, is ready, and what it has done', async () => {
    expect(await test.ask('/-/healthz')).toMatchObject({ status: 200, text: 'ok\n' });
    expect(await test.ask('/-/readyz')).toMatchObject({ status: 200, text: 'ready\n' });
    await test.ask(FILE);
    const figures = async (): Promise<string> => (await test.ask('/-/metrics')).text;
    // Counted a moment after their end.
    await expect.poll(figures).toMatch(/^modelkeep_flights 0$/m);
    const text = await figures();
    expect(text).toMatch(
      /^modelkeep_http_requests_total\{route="file",method="GET",status="200"\} \d+$/m,
    );
    expect(text).toMatch(/^modelkeep_cache_answers_total\{cache="hit"\} \d+$/m);
    expect(text).toMatch(/^modelkeep_saved_bytes_total [1-9]\d+$/m);
    expect(text).toMatch(/^modelkeep_blob_bytes [1-9]\d+$/m);
    expect(text).toMatch(/^modelkeep_jobs 0$/m);
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
  });
});

it('had no failure of its own', () => {
  expect(test.errors).toEqual([]);
});
