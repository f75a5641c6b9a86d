import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FakeHub, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, createBench } from '../modelkeep.ts';
import { ON_OTHER_BACKENDS } from '../support/chosen-store.ts';
import { rawRequest, statusesIn } from './raw-request.ts';
import { type RunningServer, startServer } from './start-server.ts';

const SIZE = 1_000_000;
const FILE = '/org/name/resolve/main/model.safetensors';

let hub: FakeHub;
let bench: Bench;
let server: RunningServer;

beforeAll(async () => {
  hub = await startFakeHub();
  await hub.addModel({
    id: 'org/name',
    files: { 'config.json': '{}', 'model.safetensors': { generated: { size: SIZE, seed: 2 } } },
  });
  bench = await createBench({ HF_ENDPOINT: hub.url });
  server = await startServer(bench);
  await (await fetch(server.url + FILE)).arrayBuffer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await bench[Symbol.asyncDispose]();
  await hub.stop();
});

function get(target: string, headers: readonly string[] = []): Promise<string> {
  const lines = [`GET ${target} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...headers];
  return rawRequest(server.url, `${lines.join('\r\n')}\r\n\r\n`);
}

describe('a bomb of ranges', () => {
  it.each([
    ['many small ones', Array.from({ length: 1500 }, (_, at) => `${at}-${at}`).join(',')],
    ['the whole file a thousand times', Array.from({ length: 1000 }, () => '0-').join(',')],
    ['suffixes that overlap', Array.from({ length: 1000 }, (_, at) => `-${SIZE - at}`).join(',')],
    ['a number without end', `0-${'9'.repeat(5000)}`],
    ['blanks without end', `${' '.repeat(8000)}0-1`],
  ])('%s: at most the file, once', async (_, ranges) => {
    const answer = await get(FILE, [`Range: bytes=${ranges}`]);
    expect([200, 206, 416]).toContain(statusesIn(answer)[0]);
    expect(answer).not.toContain('multipart/byteranges');
    expect(answer.length).toBeLessThan(SIZE + 4096);
  });
});

describe('what is written into an address', () => {
  it.each([
    '/org/name/resolve/main/%0d%0aSet-Cookie:%20stolen=1',
    '/org/name%0d%0aSet-Cookie:%20stolen=1/resolve/main/config.json',
    '/api/models/org/name/revision/main%0d%0aSet-Cookie:%20stolen=1',
    '/api/models?search=%0d%0aSet-Cookie:%20stolen=1&limit=1',
    '/api/models/org/name/tree/main?limit=1&cursor=%0d%0aSet-Cookie:%20stolen=1',
    '/-/api/v1/models/x%0d%0aSet-Cookie:%20stolen=1',
  ])('never becomes a header: %s', async (target) => {
    const [head = ''] = (await get(target)).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 [2-4]\d\d /);
    expect(head).not.toMatch(/^set-cookie/im);
  });

  it.each([
    '/org/name/resolve/main/../../../../etc/passwd',
    '/org/name/resolve/main/%2e%2e/%2e%2e/store.json',
    '/org/name/resolve/%2e%2e%2f%2e%2e/store.json',
    '/..%2f..%2fetc/passwd/resolve/main/x',
    '/org/name/resolve/main/model.safetensors%00.txt',
    '/org/__proto__/resolve/main/config.json',
    '/api/models/constructor/prototype',
    `/org/name/resolve/${'0'.repeat(40)}/config.json`,
    `/org/name/resolve/${'f'.repeat(64)}/config.json`,
    '/-/api/v1/jobs/..%2f..%2findex.db',
    '/-/api/v1/uploads/..%2f..%2fstore.json',
    '/-/api/v1/jobs/__proto__',
  ])('gives nothing that it does not name: %s', async (target) => {
    const answer = await get(target);
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer).not.toMatch(/root:|"layoutVersion"|SQLite format/);
  });
});

describe.skipIf(ON_OTHER_BACKENDS)('a slow client', () => {
  it.each([
    ['headers', 'GET /-/healthz HTTP/1.1\r\n', 'X-A: b\r\n'],
    [
      'a body',
      'POST /-/api/v1/pulls HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n',
      ' ',
    ],
  ])('is let go before it has sent %s', async (_, begin, more) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    const closed = once(socket, 'close');
    socket.on('error', () => undefined);
    socket.resume();
    socket.write(begin);
    const trickling = new AbortController();
    const trickle = (async (): Promise<void> => {
      while (!trickling.signal.aborted) {
        socket.write(more);
        await sleep(500);
      }
    })();
    // Well below the thousand pieces that the body would take.
    await closed;
    trickling.abort();
    await trickle;
  });

  it('keeps nobody else waiting', async () => {
    const sockets = Array.from({ length: 200 }, () =>
      connect(Number(new URL(server.url).port), '127.0.0.1'),
    );
    for (const socket of sockets) {
      socket.on('error', () => undefined);
      socket.write('GET /-/healthz HTTP/1.1\r\n');
    }
    expect((await (await fetch(server.url + FILE)).arrayBuffer()).byteLength).toBe(SIZE);
    for (const socket of sockets) socket.destroy();
  });
});
