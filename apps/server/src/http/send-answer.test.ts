import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { TakeBuffer } from '@modelkeep/core';
import { expect, it } from 'vitest';
import { createBufferPool } from './buffers.ts';
import { sendAnswer } from './send-answer.ts';

const MIB = 1024 * 1024;

it('an answer is complete with its last byte, whatever is still tidied up behind it', async () => {
  const tidied = Promise.withResolvers<void>();
  let sending: Promise<void> | undefined;
  async function* open(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('all ');
    yield Buffer.from('of it');
    await tidied.promise;
  }
  const server = createServer((_request, response) => {
    const answer = { status: 200, headers: { 'Content-Length': '9' } };
    const body = { start: 1, end: 10, open };
    sending = sendAnswer(response, { ...answer, body }, createBufferPool(), { bytes: 0 });
    response.once('close', () => server.emit('answered', response.writableFinished));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const answered = once(server, 'answered');
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}`, { headers: { connection: 'close' } });
  expect(await answer.text()).toBe('all of it');
  // As curl does, once it has what was announced.
  server.closeAllConnections();
  expect(await answered).toEqual([true]);
  tidied.resolve();
  await sending;
  server.close();
});

it('an empty part after the last byte is not sent, as the answer is ended by then', async () => {
  async function* open(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('all');
    yield Buffer.alloc(0);
  }
  const outcome = Promise.withResolvers<unknown>();
  const server = createServer((_request, response) => {
    const answer = { status: 200, headers: { 'Content-Length': '3' } };
    const body = { start: 0, end: 3, open };
    const sending = sendAnswer(response, { ...answer, body }, createBufferPool(), { bytes: 0 });
    sending.then(() => outcome.resolve('sent'), outcome.resolve);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}`, { headers: { connection: 'close' } });
  expect(await answer.text()).toBe('all');
  expect(await outcome.promise).toBe('sent');
  server.close();
});

it('a connection that is gone is known to be before its answer fails: that is no failure of the server', async () => {
  async function* open(takeBuffer?: TakeBuffer): AsyncGenerator<Uint8Array> {
    for (;;) yield takeBuffer?.(MIB) ?? Buffer.alloc(MIB);
  }
  const isGone = Promise.withResolvers<boolean>();
  const server = createServer((_request, response) => {
    const body = { start: 0, end: Number.POSITIVE_INFINITY, open };
    const answer = { status: 200, headers: {}, body };
    sendAnswer(response, answer, createBufferPool(), { bytes: 0 }).catch(() =>
      isGone.resolve(response.destroyed),
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(client, 'data');
  client.destroy();
  expect(await isGone.promise).toBe(true);
  server.close();
});
