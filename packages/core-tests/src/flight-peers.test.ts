import { readdir } from 'node:fs/promises';
import type { FlightBody, FlightPeers, ModelCache, ModelCacheOptions } from '@modelkeep/core';
import { ModelkeepError } from '@modelkeep/core/spi';
import { memoryModel, memoryStorage, seededBytes, tempFolder } from '@modelkeep/testkit/memory';
import { describe, expect, it } from 'vitest';
import { type TestCache, testCache } from './test-cache.ts';

const MIB = 1024 * 1024;
const SIZE = 24 * MIB + 5;
const weights = Buffer.from(seededBytes(7, SIZE));
const model = memoryModel('org/name', { 'model.safetensors': weights });

interface Peers {
  /** What the process called `name` gives to its cache. */
  as(name: string): FlightPeers;
  add(name: string, cache: ModelCache): void;
  /** It answers nobody any more, and what it was sending breaks off. */
  cutOff(name: string): void;
  /** Changes each part that is sent. */
  damage: (part: Uint8Array, start: number) => Uint8Array;
  readonly sentBytes: number;
}

/** Processes that reach each other without a network. */
function connectedPeers(): Peers {
  const caches = new Map<string, { cache: ModelCache; gone: AbortController }>();
  let sentBytes = 0;
  const unavailable = (): Error =>
    new ModelkeepError('source-unavailable', 'gone', { retryable: true });
  const peers: Peers = {
    add: (name, cache) => void caches.set(name, { cache, gone: new AbortController() }),
    cutOff: (name) => caches.get(name)?.gone.abort(unavailable()),
    damage: (part) => part,
    get sentBytes() {
      return sentBytes;
    },
    as: (name) => ({
      address: name,
      async open(address, id, { start, end, signal }): Promise<FlightBody> {
        const { cache, gone } = caches.get(address) ?? {};
        const flight = gone?.signal.aborted ? undefined : await cache?.flights.find(id);
        if (flight === undefined || gone === undefined) throw unavailable();
        const ending = AbortSignal.any([gone.signal, ...(signal === undefined ? [] : [signal])]);
        async function* body(): AsyncGenerator<Uint8Array> {
          let position = start;
          for await (const part of flight?.read({ start, end, signal: ending }) ?? []) {
            ending.throwIfAborted();
            sentBytes += part.length;
            yield peers.damage(part, position);
            position += part.length;
          }
        }
        return { ...flight, body: body() };
      },
    }),
  };
  return peers;
}

interface TwoProcesses extends AsyncDisposable {
  readonly test: TestCache;
  readonly peers: Peers;
  readonly one: ModelCache;
  readonly two: ModelCache;
  readonly folder: string;
}

/** Two processes on one store, each with a folder of its own, that read each other. */
async function twoProcesses(options: Partial<ModelCacheOptions> = {}): Promise<TwoProcesses> {
  const peers = connectedPeers();
  const fetch = { retryDelayMs: 1, leaseTtlMs: 1000 };
  const test = await testCache({ models: [model] });
  const one = await test.another({ fetch, peers: peers.as('one'), ...options });
  const folder = await tempFolder();
  const two = await test.another({
    storage: memoryStorage({ objects: test.storage.objects }),
    workspace: folder.path,
    fetch,
    peers: peers.as('two'),
  });
  peers.add('one', one);
  peers.add('two', two);
  return {
    test,
    peers,
    one,
    two,
    folder: folder.path,
    async [Symbol.asyncDispose]() {
      await test[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Reads bytes of the file and tells how many came so far. */
function startReading(
  cache: ModelCache,
  range: { readonly start?: number; readonly end?: number } = {},
): { readonly bytes: Promise<Buffer>; readonly arrived: () => number } {
  const parts: Uint8Array[] = [];
  let arrived = 0;
  const bytes = (async () => {
    const file = await cache.hub.file('org/name', 'main', 'model.safetensors');
    for await (const part of file.open(range)) {
      parts.push(Buffer.from(part));
      arrived += part.length;
    }
    return Buffer.concat(parts);
  })();
  bytes.catch(() => {});
  return { bytes, arrived: () => arrived };
}

const SOON = { timeout: 20_000 };

describe('a process that reads what another one fetches', () => {
  it('gets the bytes as they arrive there, and none from the source', async () => {
    await using given = await twoProcesses();
    const { test, one, two } = given;
    test.source.setFaults({ open: () => ({ chunkDelayMs: 3 }) });
    const first = startReading(one);
    await expect.poll(() => first.arrived(), SOON).toBeGreaterThan(0);
    const second = startReading(two);
    await expect.poll(() => second.arrived(), SOON).toBeGreaterThan(0);
    expect(first.arrived()).toBeLessThan(SIZE);
    expect((await second.bytes).equals(weights)).toBe(true);
    expect((await first.bytes).equals(weights)).toBe(true);
    expect(test.source.bytesServed.get('model.safetensors')).toBe(SIZE);
    expect(two.inspection.traffic().receivedBytes).toBe(0);
  });

  it('gets a part in the middle before the other one comes there', async () => {
    const fetch = { maxConnections: 1 };
    await using given = await twoProcesses({ fetch });
    const { test, one, two } = given;
    test.source.setFaults({ open: () => ({ chunkDelayMs: 5 }) });
    const first = startReading(one);
    await expect.poll(() => first.arrived(), SOON).toBeGreaterThan(0);
    const [start, end] = [22 * MIB, 22 * MIB + 1000];
    const part = await startReading(two, { start, end }).bytes;
    expect(first.arrived()).toBeLessThan(start);
    expect(part.equals(weights.subarray(start, end))).toBe(true);
  });

  it('goes on with what it has when the other one ends', async () => {
    await using given = await twoProcesses();
    const { test, one, two, folder } = given;
    test.source.setFaults({ open: () => ({ chunkDelayMs: 20 }) });
    const first = startReading(one);
    await expect.poll(() => first.arrived(), SOON).toBeGreaterThan(0);
    const second = startReading(two);
    await expect.poll(() => second.arrived(), SOON).toBeGreaterThan(SIZE / 4);
    test.source.setFaults({});
    await one.close();
    expect((await second.bytes).equals(weights)).toBe(true);
    await expect(first.bytes).rejects.toThrow();
    const served = test.source.bytesServed.get('model.safetensors') ?? 0;
    expect(served).toBeGreaterThanOrEqual(SIZE);
    expect(served).toBeLessThan(1.25 * SIZE);
    expect(await readdir(`${folder}/partial`)).toEqual([]);
  });

  it('never gives a file to its end that was damaged on the way', async () => {
    await using given = await twoProcesses();
    const { test, peers, one, two } = given;
    peers.damage = (part, start) => (start === 0 ? Buffer.from(part).fill(1, 0, 1) : part);
    test.source.setFaults({ open: () => ({ chunkDelayMs: 3 }) });
    const first = startReading(one);
    await expect.poll(() => first.arrived(), SOON).toBeGreaterThan(0);
    const second = startReading(two);
    await expect(second.bytes).rejects.toThrow(/began anew|not what/);
    expect(second.arrived()).toBeLessThan(SIZE);
    expect((await first.bytes).equals(weights)).toBe(true);
    expect((await startReading(two).bytes).equals(weights)).toBe(true);
  });

  it('waits for the blob where the other one cannot be reached', async () => {
    await using given = await twoProcesses();
    const { test, peers, one, two } = given;
    peers.cutOff('one');
    test.source.setFaults({ open: () => ({ chunkDelayMs: 3 }) });
    const first = startReading(one);
    await expect.poll(() => first.arrived(), SOON).toBeGreaterThan(0);
    const second = startReading(two);
    expect((await second.bytes).equals(weights)).toBe(true);
    expect(test.source.bytesServed.get('model.safetensors')).toBe(SIZE);
  });

  it('leaves nothing behind when its reader leaves', async () => {
    await using given = await twoProcesses();
    const { test, one, two, folder } = given;
    test.source.setFaults({ open: () => ({ chunkDelayMs: 3 }) });
    const first = startReading(one);
    await expect.poll(() => first.arrived(), SOON).toBeGreaterThan(0);
    const file = await two.hub.file('org/name', 'main', 'model.safetensors');
    for await (const _ of file.open()) break;
    await first.bytes;
    await expect.poll(() => readdir(`${folder}/partial`), SOON).toEqual([]);
    expect((await startReading(two).bytes).equals(weights)).toBe(true);
  });
});
