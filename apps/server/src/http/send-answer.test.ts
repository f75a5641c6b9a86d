import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { createBufferPool } from './buffers.ts';
import { sendAnswer } from './send-answer.ts';

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
