import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { isModelkeepError } from '@modelkeep/core/spi';
import { expect, onTestFinished, test } from 'vitest';
import { failure, testClient } from '../test/clients.ts';
import { loopback } from '../test/loopback.ts';
import { asTransportError } from './transport-error.ts';

const CANARY = 'hf_CanaryCanaryCanaryCanaryCanaryCanary42';

test('a name that does not resolve fails at dns', async () => {
  const origin = 'http://no-such-host.invalid';
  const error = await failure(testClient({ origin }).request(origin));
  expect(error).toMatchObject({
    code: 'source-unavailable',
    retryable: true,
    message: expect.stringContaining('no-such-host.invalid'),
    details: { hop: 'dns', host: 'no-such-host.invalid' },
  });
});

test('a closed port fails at connect', async () => {
  // Nobody is given the first of all ports.
  const origin = 'http://127.0.0.1:1';
  const error = await failure(testClient({ origin }).request(`${origin}/?secret=${CANARY}`));
  expect(error).toMatchObject({
    code: 'source-unavailable',
    retryable: true,
    details: { hop: 'connect', host: '127.0.0.1:1' },
  });
  expect(inspect(error, { depth: 9 })).not.toContain(CANARY);
});

test.each([
  ['no header comes', undefined],
  ['no byte comes', 'x'],
])('a server that stalls, %s, fails at timeout', async (_, first) => {
  const server = await loopback((_request, response) => {
    if (first !== undefined) response.write(first);
  });
  const client = testClient({ origin: server.origin, stallTimeoutMs: 200 });
  const read = async (): Promise<void> => {
    for await (const _chunk of (await client.request(server.origin)).body);
  };
  expect(await failure(read())).toMatchObject({ retryable: true, details: { hop: 'timeout' } });
});

test('a server that hangs up fails at reset, one that talks nonsense at protocol', async () => {
  const cut = await loopback((request) => request.socket.destroy());
  expect(await failure(testClient({ origin: cut.origin }).request(cut.origin))).toMatchObject({
    retryable: true,
    details: { hop: 'reset' },
  });
  const nonsense = createServer((socket) => socket.end(`EHLO ${CANARY}\r\n\r\n`));
  await new Promise<void>((resolve) => {
    nonsense.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    nonsense.close();
  });
  const address = nonsense.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const error = await failure(testClient({ origin }).request(origin));
  expect(error).toMatchObject({ details: { hop: 'protocol' } });
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(CANARY);
});

test('an error keeps name and code of its cause, and nothing secret', () => {
  const cause = Object.assign(
    new Error(`could not reach https://h/x?token=${CANARY} as ${CANARY}`),
    {
      code: 'ECONNRESET',
      input: `https://h/?${CANARY}`,
    },
  );
  const error = asTransportError(cause, { host: 'h', secrets: ['zzz'] });
  expect(isModelkeepError(error, 'source-unavailable')).toBe(true);
  expect(error.cause).toMatchObject({ code: 'ECONNRESET' });
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(CANARY);
});
