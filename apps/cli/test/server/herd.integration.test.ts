import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { requires } from '@modelkeep/test-requirements';
import { type FakeHub, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Bench, createBench } from '../modelkeep.ts';
import { startServer } from './start-server.ts';

requires('curl');

const MIB = 1024 * 1024;
const SIZE = 24 * MIB;
const CLIENTS = 32;
const FILE = '/org/big/resolve/main/model.safetensors';

let hub: FakeHub;
let bench: Bench;

beforeEach(async () => {
  hub = await startFakeHub({ bytesPerSecond: MIB });
  await hub.addModel({
    id: 'org/big',
    files: { 'model.safetensors': { generated: { size: SIZE, seed: 11 } } },
  });
  bench = await createBench({ HF_ENDPOINT: hub.url });
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
  await hub.stop();
});

/** One client in a process of its own. */
function startClient(url: string): { kill(): void; readonly digest: Promise<string> } {
  const child = spawn('curl', ['-sSf', url], { stdio: ['ignore', 'pipe', 'ignore'] });
  const hash = createHash('sha256');
  child.stdout.on('data', (chunk: Buffer) => hash.update(chunk));
  const digest = once(child, 'close').then(([status]) =>
    status === 0 ? hash.digest('hex') : 'broken off',
  );
  return { kill: () => child.kill('SIGKILL'), digest };
}

it('fetches once for 32 clients that ask at once, one of which is killed midway', async () => {
  await using server = await startServer(bench);
  const head = await fetch(server.url + FILE, { method: 'HEAD' });
  const expected = (head.headers.get('etag') ?? '').replaceAll('"', '');
  const clients = Array.from({ length: CLIENTS }, () => startClient(server.url + FILE));
  await expect.poll(() => hub.bodyBytes()).toBeGreaterThan(4 * MIB);
  clients[0]?.kill();
  const digests = await Promise.all(clients.map(({ digest }) => digest));
  expect(digests[0]).toBe('broken off');
  expect(new Set(digests.slice(1))).toEqual(new Set([expected]));
  expect(hub.bodyBytes()).toBe(SIZE);
});
