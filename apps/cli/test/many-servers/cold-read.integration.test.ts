import { createHash } from 'node:crypto';
import { requires } from '@modelkeep/test-requirements';
import type { FakeHub } from '@modelkeep/testkit/fake-hub';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { madeUpBytes } from '../support/model-files.ts';
import { type SharedServers, startSharedServers } from '../support/shared-store.ts';
import { type Fleet, startFleet } from './fleet.ts';
import { type Download, download } from './patient-client.ts';

requires('postgresql', 'versitygw');

const MIB = 2 ** 20;
const CLIENTS = 200;
const SIZE = 24 * MIB;
const WEIGHTS = madeUpBytes('weights', SIZE);
const DIGEST = createHash('sha256').update(WEIGHTS).digest('hex');
const FILE = '/org/model/resolve/main/model.safetensors';

let hub: FakeHub;
let servers: SharedServers;
let fleet: Fleet;

beforeAll(async () => {
  servers = await startSharedServers({ bytesPerSecond: MIB / 4 });
  ({ hub } = servers);
  await hub.addModel({ id: 'org/model', files: { 'model.safetensors': WEIGHTS } });
});
afterAll(() => servers[Symbol.asyncDispose]());
beforeEach(async () => {
  hub.resetCounters();
  // What is on its way on each connection when a server is killed comes again.
  // The lease of one that is killed outlives the test: nobody may have to wait for its end.
  const config = ['fetch: { leaseTtlMs: 600000, maxConnections: 12 }'];
  const store = await servers.store('S3', { config });
  fleet = await startFleet(store, 3);
});
afterEach(() => fleet[Symbol.asyncDispose]());

/** Clients that ask the servers in turn, each with what came so far. */
function startClients(): {
  readonly downloads: Promise<Download[]>;
  readonly received: readonly number[];
  /** The longest time in which nothing came to one of them, among those that ended since then. */
  longestWaitMs(since: number): number;
} {
  const urls = fleet.nodes.map(({ server }) => server.url);
  const received = Array.from({ length: CLIENTS }, () => 0);
  const cameAt = received.map(() => performance.now());
  const waits: { readonly endedAt: number; readonly ms: number }[] = [];
  const downloads = received.map((_, first) =>
    download(urls, FILE, {
      first,
      onBytes: (bytes) => {
        received[first] = (received[first] ?? 0) + bytes;
        const endedAt = performance.now();
        waits.push({ endedAt, ms: endedAt - (cameAt[first] ?? endedAt) });
        cameAt[first] = endedAt;
      },
    }),
  );
  return {
    downloads: Promise.all(downloads),
    received,
    longestWaitMs: (since) =>
      waits.reduce((most, { endedAt, ms }) => (endedAt > since && ms > most ? ms : most), 0),
  };
}

it(`${CLIENTS} clients of three servers stream a cold file that is fetched once`, async () => {
  const hold = hub.faults.add({
    kind: 'bandwidth',
    bytesPerSecond: 16_384,
    match: { origin: 'cdn' },
  });
  const { downloads, received } = startClients();
  await expect
    .poll(() => received.every((bytes) => bytes > 0), { timeout: 120_000, interval: 20 })
    .toBe(true);
  // Nobody waits until the file is whole.
  expect(hub.bodyBytes()).toBeLessThan(SIZE);
  hold.remove();
  for (const { digest, tries } of await downloads)
    expect({ digest, tries }).toEqual({ digest: DIGEST, tries: 1 });
  expect(hub.bodyBytes()).toBe(SIZE);
});

it('goes on elsewhere, with what is there, when the server that fetches is killed', async () => {
  const { downloads, longestWaitMs } = startClients();
  await expect
    .poll(() => hub.bodyBytes(), { timeout: 60_000, interval: 20 })
    .toBeGreaterThan(SIZE / 2);
  const leader = fleet.leader();
  expect(leader).toBeDefined();
  const killedAt = performance.now();
  leader?.server.child.kill('SIGKILL');
  for (const { digest } of await downloads) expect(digest).toBe(DIGEST);
  expect(hub.bodyBytes()).toBeLessThanOrEqual(1.25 * SIZE);
  const [times, seconds] = [hub.bodyBytes() / SIZE, longestWaitMs(killedAt) / 1000];
  process.stdout.write(
    `cold read, leader killed: ${times.toFixed(3)} x, nothing came for ${seconds.toFixed(1)} s at most\n`,
  );
});
