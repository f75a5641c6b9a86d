import type {
  FlightBody,
  FlightHolder,
  FlightPeers,
  ModelCache,
  ModelCacheOptions,
} from '@modelkeep/core';
import { ModelkeepError } from '@modelkeep/core/spi';
import {
  memoryMetadata,
  memoryModel,
  memoryStorage,
  type OpenFault,
  seededBytes,
  tempFolder,
} from '@modelkeep/testkit/memory';
import { type TestCache, testCache } from './test-cache.ts';

const MIB = 1024 * 1024;
/** Bytes of the one file of `org/name`. */
export const SIZE: number = 24 * MIB + 5;
export const weights: Buffer = Buffer.from(seededBytes(7, SIZE));
const model = memoryModel('org/name', { 'model.safetensors': weights });

export interface Peers {
  /** What the process called `name` gives to its cache. */
  as(name: string): FlightPeers;
  add(name: string, cache: ModelCache): void;
  /** It answers nobody any more, and what it was sending breaks off. */
  cutOff(name: string): void;
  /** What is heard of the process at an address that was asked who it is; by default nothing of one that is cut off. */
  answer: (address: string) => FlightHolder | 'refused' | undefined;
  /** Addresses that were asked so. */
  readonly looks: readonly string[];
  /** Changes each part that is sent. */
  damage: (part: Uint8Array, start: number) => Uint8Array;
  readonly sentBytes: number;
}

/** Processes that reach each other without a network. */
function connectedPeers(): Peers {
  const caches = new Map<string, { cache: ModelCache; gone: AbortController }>();
  let sentBytes = 0;
  const looks: string[] = [];
  const unavailable = (): Error =>
    new ModelkeepError('source-unavailable', 'gone', { retryable: true });
  const peers: Peers = {
    add: (name, cache) => void caches.set(name, { cache, gone: new AbortController() }),
    cutOff: (name) => caches.get(name)?.gone.abort(unavailable()),
    damage: (part) => part,
    looks,
    answer(address) {
      const { cache, gone } = caches.get(address) ?? {};
      return gone?.signal.aborted || cache === undefined ? undefined : cache.flights;
    },
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
      async whoAnswers(address) {
        looks.push(address);
        return peers.answer(address);
      },
    }),
  };
  return peers;
}

export interface TwoProcesses extends AsyncDisposable {
  readonly test: TestCache;
  readonly peers: Peers;
  readonly one: ModelCache;
  readonly two: ModelCache;
  readonly folder: string;
  /** Leases that `two` has ended before their time. */
  readonly ended: { readonly count: number };
  /** From now on the source gives nothing behind `position`, until what is returned is called. */
  holdBack(position: number): () => void;
}

/** Two processes on one store, each with a folder of its own, that read each other. */
export async function twoProcesses(
  given: Partial<ModelCacheOptions> | ((test: TestCache) => Partial<ModelCacheOptions>) = {},
  leaseTtlMs = 60_000,
): Promise<TwoProcesses> {
  const peers = connectedPeers();
  const fetch = { retryDelayMs: 1, leaseTtlMs };
  const test = await testCache({ models: [model] });
  const options = typeof given === 'function' ? given(test) : given;
  const one = await test.another({ fetch, peers: peers.as('one'), ...options });
  const folder = await tempFolder();
  const metadata = memoryMetadata({ data: test.metadata.data });
  const ended = { count: 0 };
  const two = await test.another({
    storage: memoryStorage({ objects: test.storage.objects }),
    metadata: {
      ...metadata,
      expireLease(...call) {
        ended.count += 1;
        return metadata.expireLease(...call);
      },
    },
    workspace: folder.path,
    fetch,
    peers: peers.as('two'),
    localTier: { maxBytes: 2 * SIZE },
  });
  peers.add('one', one);
  peers.add('two', two);
  return {
    test,
    peers,
    one,
    two,
    folder: folder.path,
    ended,
    holdBack(position) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const hold = (start: number): OpenFault => ({
        hold: { after: Math.max(0, position - start), until: promise },
      });
      test.source.setFaults({ open: ({ start }) => hold(start) });
      return () => {
        test.source.setFaults({});
        resolve();
      };
    },
    async [Symbol.asyncDispose]() {
      await test[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Reads bytes of the file and tells how many came so far. */
export function startReading(
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
