import { createHash } from 'node:crypto';
import { type FakeHub, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, createBench } from '../modelkeep.ts';
import { askedParts, bytesIn, joined, keptParts, missingParts, type Part } from './kept-parts.ts';
import { type RunningServer, startServer } from './start-server.ts';

const MIB = 1024 * 1024;
const SIZE = 24 * MIB;
/** Slow enough that a busy machine acts long before the file is whole. */
const BYTES_PER_SECOND = 0.375 * MIB;
const NAME = 'model.safetensors';
const FILE = `/org/big/resolve/main/${NAME}`;
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const PATIENT = { timeout: 60_000, interval: 20 };

let hub: FakeHub;
let bench: Bench;
let digest: string;

beforeEach(async () => {
  hub = await startFakeHub({ bytesPerSecond: BYTES_PER_SECOND });
  await hub.addModel({
    id: 'org/big',
    files: { 'config.json': '{}', [NAME]: { generated: { size: SIZE, seed: 9 } } },
  });
  bench = await createBench({ HF_ENDPOINT: hub.url });
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
  await hub.stop();
});

/** Begins a pull as a job, and notes the digest that the server promises for the file. */
async function beginPull(server: RunningServer): Promise<string> {
  const head = await fetch(server.url + FILE, { method: 'HEAD' });
  digest = (head.headers.get('etag') ?? '').replaceAll('"', '');
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  const post = await fetch(`${server.url}/-/api/v1/pulls`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'org/big' }),
  });
  return ((await post.json()) as { id: string }).id;
}

async function jobState(server: RunningServer, id: string): Promise<string> {
  const response = await fetch(`${server.url}/-/api/v1/jobs/${id}`);
  return ((await response.json()) as { state: string }).state;
}

/** What a client has after a download: the content's digest, or nothing when the answer broke off. */
async function download(url: string): Promise<string> {
  try {
    const response = await fetch(url);
    const hash = createHash('sha256');
    for await (const chunk of response.body ?? []) hash.update(chunk);
    return response.ok ? hash.digest('hex') : 'refused';
  } catch {
    return 'broken off';
  }
}

/** Waits until the store's own map promises that many bytes, which it does well before a file is whole. */
async function whenKept(bytes: number): Promise<readonly Part[]> {
  let kept: readonly Part[] = [];
  await expect
    .poll(async () => {
      kept = await keptParts(bench.home);
      return bytesIn(kept);
    }, PATIENT)
    .toBeGreaterThan(bytes);
  return kept;
}

/** Waits until the upstream has seen all that the ended server sent, and forgets it. No byte of the file was asked for twice. */
async function forgetEndedServer(kept: readonly Part[]): Promise<void> {
  await expect.poll(() => hub.connections.open + hub.cdn.connections.open, PATIENT).toBe(0);
  expect(() => joined([...kept, ...askedParts(hub, NAME, SIZE)])).not.toThrow();
  hub.resetCounters();
}

describe('a server that is told to end', () => {
  it('leaves what it could not finish so that the next one fetches only the rest', async () => {
    const server = await startServer(bench);
    const id = await beginPull(server);
    await whenKept(4 * MIB);
    expect(await server.end('SIGTERM')).toBe(0);
    await forgetEndedServer([]);
    const kept = await keptParts(bench.home);

    await using next = await startServer(bench);
    await expect.poll(() => jobState(next, id), PATIENT).toBe('done');
    expect(joined(askedParts(hub, NAME, SIZE))).toEqual(missingParts(kept, SIZE));
  });
});

describe(`a server that is killed at any time under load (SEED=${SEED})`, () => {
  it('never serves anything wrong, keeps what it had, and goes on from there', async () => {
    let server = await startServer(bench);
    const id = await beginPull(server);
    let kept: readonly Part[] = [];
    for (const point of killPoints()) {
      const { url } = server;
      const downloads = Promise.all(Array.from({ length: 4 }, () => download(url + FILE)));
      const seen = await whenKept(point);
      await server.end('SIGKILL');
      expect([digest, 'broken off']).toEqual(expect.arrayContaining(await downloads));
      await forgetEndedServer(kept);
      kept = await keptParts(bench.home);
      expect(missingParts(kept, SIZE).every((gap) => misses(seen, gap))).toBe(true);
      server = await startServer(bench);
    }
    expect(await download(server.url + FILE)).toBe(digest);
    await expect.poll(() => jobState(server, id), PATIENT).toBe('done');
    expect(joined(askedParts(hub, NAME, SIZE))).toEqual(missingParts(kept, SIZE));
    await server.end('SIGKILL');
  });
});

/** Three sizes that the kept part has grown to when the server is killed. */
function killPoints(): readonly number[] {
  const random = (at: number): number =>
    createHash('sha256').update(`${SEED}/${at}`).digest().readUInt32LE() / 2 ** 32;
  return [0, 1, 2].map((at) => (at * 6 + 1 + Math.floor(random(at) * 5)) * MIB);
}

/** Whether none of the gap's bytes is in the parts. */
function misses(parts: readonly Part[], [from, to]: Part): boolean {
  return parts.every(([start, end]) => end <= from || to <= start);
}
