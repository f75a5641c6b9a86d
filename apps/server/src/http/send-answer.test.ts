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
