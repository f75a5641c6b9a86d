import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { memoryMetadata, seededBytes } from '@modelkeep/testkit/memory';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPeers } from '../src/peers/create-peers.ts';
import { type TestServer, testServer } from './test-server.ts';

const MIB = 1024 * 1024;
const WEIGHTS = Buffer.from(seededBytes(3, 8 * MIB));
const ID = `sha256-${createHash('sha256').update(WEIGHTS).digest('hex')}`;
const FILE = '/org/name/resolve/main/model.safetensors';

const records = memoryMetadata();
/** Another server of the store. */
const another = createPeers({ records });
const range = { start: MIB, end: 2 * MIB };
let test: TestServer;

beforeAll(async () => {
  await records.open();
  test = await testServer({ peers: createPeers({ records }) });
  await test.hub.addModel({ id: 'org/name', files: { 'model.safetensors': WEIGHTS } });
});
afterAll(() => test[Symbol.asyncDispose]());

it('gives other servers of the store what it is fetching, and nobody else', async () => {
  await expect(another.open(test.url, ID, range)).rejects.toThrow(`fetches no ${ID}`);
  // Goes on once that connection breaks.
  test.hub.faults.add({ kind: 'stall', match: { origin: 'cdn' }, atOffset: 6 * MIB, times: 1 });
  const client = test.ask(FILE);
  await expect
    .poll(() => test.cache.inspection.traffic().flights[0]?.doneBytes ?? 0)
    .toBeGreaterThan(0);
  const { size, body } = await another.open(test.url, ID, range);
  expect(size).toBe(WEIGHTS.length);
  expect((await buffer(body)).equals(WEIGHTS.subarray(MIB, 2 * MIB))).toBe(true);

  const stranger = memoryMetadata();
  await stranger.open();
  await expect(createPeers({ records: stranger }).open(test.url, ID, range)).rejects.toMatchObject({
    code: 'source-unavailable',
    retryable: true,
  });
  const nothing = await test.ask('/-/nothing/');
  const token = await test.addUser('ada', 'admin');
  for (const headers of [
    {},
    { 'x-modelkeep-peer': 'AAAA' },
    { authorization: `Bearer ${token}` },
  ]) {
    const answer = await test.ask(`/-/flights/${ID}`, {
      headers: { range: 'bytes=0-9', ...headers },
    });
    expect([answer.status, answer.text]).toEqual([404, nothing.text]);
  }
  await test.hub.cdn.stop();
  await test.hub.cdn.restart();
  expect((await client).bytes.equals(WEIGHTS)).toBe(true);
  await expect(another.open(test.url, ID, range)).rejects.toThrow(`fetches no ${ID}`);
});

it('says of a server that is not there that it may be tried again, and leaves when it is told to', async () => {
  await expect(another.open('http://127.0.0.1:1', ID, range)).rejects.toMatchObject({
    code: 'source-unavailable',
    retryable: true,
  });
  const gone = AbortSignal.abort(new Error('left'));
  await expect(another.open(test.url, ID, { ...range, signal: gone })).rejects.toThrow('left');
});

it('tells another server of the store which process it is, and nobody else', async () => {
  const { signal } = new AbortController();
  expect(await another.whoAnswers(test.url, ID, { signal })).toEqual({
    owner: test.cache.flights.owner,
  });
  const stranger = memoryMetadata();
  await stranger.open();
  const peers = createPeers({ records: stranger });
  expect(await peers.whoAnswers(test.url, ID, { signal })).toBeUndefined();
  const answer = await test.ask(`/-/flights/${ID}`, { method: 'HEAD' });
  expect([answer.status, answer.headers['x-modelkeep-owner']]).toEqual([404, undefined]);
});

it('says that it was refused only where nobody listens', async () => {
  const { signal } = new AbortController();
  const silent = createTcpServer((socket) => void socket.on('error', () => undefined).destroy());
  await once(silent.listen(0, '127.0.0.1'), 'listening');
  const address = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  // One who hangs up lives, or something before it does.
  expect(await another.whoAnswers(address, ID, { signal })).toBeUndefined();
  await new Promise((resolve) => silent.close(resolve));
  expect(await another.whoAnswers(address, ID, { signal })).toBe('refused');
  expect(await another.whoAnswers('http://name.invalid:1', ID, { signal })).toBeUndefined();
  const gone = AbortSignal.abort(new Error('left'));
  expect(await another.whoAnswers(address, ID, { signal: gone })).toBeUndefined();
});
