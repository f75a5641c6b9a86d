import { once } from 'node:events';
import { isModelkeepError } from '@modelkeep/core/spi';
import { expect, test } from 'vitest';
import { failure, testClient, textOf } from '../test/clients.ts';
import { loopback } from '../test/loopback.ts';

const MIB = 1024 * 1024;

test('gives every byte in order, and asks for them unencoded', async () => {
  const content = Buffer.from(Array.from({ length: 3 * MIB }, (_, index) => (index * 7) % 251));
  const server = await loopback((_, response) => response.end(content));
  const client = testClient({ origin: server.origin });
  const answer = await client.request(`${server.origin}/file`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  expect(Buffer.concat(chunks).equals(content)).toBe(true);
  expect(server.requests[0]?.headers['accept-encoding']).toBe('identity');
});

test.each([
  [{ start: 5 }, 'bytes=5-'],
  [{ start: 0, end: 10 }, 'bytes=0-9'],
])('asks for the range %j', async (range, header) => {
  const server = await loopback((_, response) => response.end());
  const client = testClient({ origin: server.origin });
  (await client.request(server.origin, { range })).discard();
  expect(server.requests[0]?.headers.range).toBe(header);
});

test('holds the other side back while nobody reads', async () => {
  let sent = 0;
  let blocked = (): void => undefined;
  const full = new Promise<void>((resolve) => {
    blocked = resolve;
  });
  const server = await loopback((_, response) => {
    const block = Buffer.alloc(MIB);
    const pump = (): void => {
      while (sent < 256 && !response.destroyed) {
        sent++;
        if (!response.write(block)) {
          setTimeout(blocked, 300);
          response.once('drain', pump);
          return;
        }
      }
      response.end();
    };
    pump();
  });
  const client = testClient({ origin: server.origin });
  const answer = await client.request(server.origin);
  const reader = answer.body[Symbol.asyncIterator]();
  await reader.next();
  await full;
  expect(sent).toBeLessThan(64);
  await reader.return?.();
});

test('returning early closes the socket', async () => {
  const server = await loopback((_, response) => {
    response.write(Buffer.alloc(MIB));
  });
  const client = testClient({ origin: server.origin });
  const answer = await client.request(server.origin);
  for await (const _ of answer.body) break;
  await expect.poll(() => server.sockets.size).toBe(0);
});

test('a body that nobody reads is given up after the stall time, and says so', async () => {
  const server = await loopback((_, response) => {
    response.write('x');
  });
  const client = testClient({ origin: server.origin, stallTimeoutMs: 2000 });
  const { body } = await client.request(server.origin);
  expect(server.sockets.size).toBe(1);
  await expect.poll(() => server.sockets.size).toBe(0);
  expect(await failure(textOf(body))).toMatchObject({
    retryable: true,
    details: { hop: 'timeout' },
  });
});

test('discarding short bodies keeps the sockets for the next requests', async () => {
  const server = await loopback((_, response) => response.end('short'));
  const client = testClient({ origin: server.origin });
  const used = new Set<unknown>();
  for (let count = 0; count < 20; count++) {
    (await client.request(server.origin)).discard();
    used.add(server.requests.at(-1)?.socket);
  }
  expect(used.size).toBeLessThanOrEqual(2);
});

test('an abort before, at the headers and in the body rejects with its reason, unwrapped', async () => {
  const server = await loopback((request, response) => {
    if (request.url === '/body') response.write('x');
  });
  const client = testClient({ origin: server.origin });
  const reason = { why: 'enough' };
  expect(await failure(client.request(server.origin, { signal: AbortSignal.abort(reason) }))).toBe(
    reason,
  );

  const atHeaders = new AbortController();
  const waiting = failure(client.request(`${server.origin}/headers`, { signal: atHeaders.signal }));
  await expect.poll(() => server.requests).toHaveLength(1);
  atHeaders.abort(reason);
  expect(await waiting).toBe(reason);

  const inBody = new AbortController();
  const answer = await client.request(`${server.origin}/body`, { signal: inBody.signal });
  const reader = answer.body[Symbol.asyncIterator]();
  await reader.next();
  const next = failure(reader.next());
  inBody.abort(reason);
  expect(await next).toBe(reason);
  await expect.poll(() => server.sockets.size).toBe(0);
});

test('a body cut short gives what came, then fails as a reset', async () => {
  const server = await loopback((_, response) => {
    response.writeHead(200, { 'content-length': 10 });
    response.write('12345', () => response.destroy());
  });
  const client = testClient({ origin: server.origin });
  const answer = await client.request(server.origin);
  const reader = answer.body[Symbol.asyncIterator]();
  expect(Buffer.from((await reader.next()).value ?? []).toString()).toBe('12345');
  const error = await failure(reader.next());
  expect(isModelkeepError(error, 'source-unavailable')).toBe(true);
  expect(error).toMatchObject({ retryable: true, details: { hop: 'reset', host: server.host } });
});

test('32 bodies at once each have a socket of their own', async () => {
  const responses: (() => void)[] = [];
  const server = await loopback((_, response) => {
    response.write('x');
    responses.push(() => response.end('y'));
  });
  const client = testClient({ origin: server.origin });
  const answers = await Promise.all(
    Array.from({ length: 32 }, () => client.request(server.origin)),
  );
  expect(server.sockets.size).toBe(32);
  for (const end of responses) end();
  expect(await Promise.all(answers.map(({ body }) => textOf(body)))).toEqual(Array(32).fill('xy'));
});

test('no request is made after close', async () => {
  const server = await loopback((_, response) => response.end());
  const client = testClient({ origin: server.origin });
  const answer = await client.request(server.origin);
  await textOf(answer.body);
  const [socket] = server.sockets;
  const ended = socket ? once(socket, 'close') : undefined;
  await client.close();
  await ended;
  expect(isModelkeepError(await failure(client.request(server.origin)))).toBe(true);
});
