import type { FlightPeers, FlightView } from '../api/flights.ts';
import type { TakeBuffer } from '../api/hub-view.ts';
import type { Traffic } from '../api/inspection.ts';
import type { FetchTuning } from '../api/options.ts';
import type { BlobStore } from '../blobs/blob-store.ts';
import type { HashPool } from '../hashing/hash-pool.ts';
import { LeaseKeeper } from '../leases/lease-keeper.ts';
import { isModelkeepError, ModelkeepError } from '../spi/errors.ts';
import type { BlobRecord, MetadataStore } from '../spi/metadata-store.ts';
import { partialFolder } from '../staging/partial-folder.ts';
import { delay } from '../util/delay.ts';
import { createFlightClaims, FLIGHT_PREFIX } from './claims.ts';
import { ConnectionSlots } from './connection-slots.ts';
import { type FetchEnvironment, type FetchTarget, flightId } from './fetch-target.ts';
import { Flight, type FlightFollower, type FlightOptions } from './flight.ts';
import { readFeed } from './flight-feed.ts';
import { SourceLanes } from './lane-governor.ts';
import { awaitNextByte } from './next-byte.ts';
import { peerFlights } from './peer-flights.ts';
import { SourcePauses } from './source-pauses.ts';

export interface FetchOptions extends FlightFollower {
  readonly signal?: AbortSignal;
  /** Fetch although a blob of this content is noted: it is damaged or gone. */
  readonly replace?: boolean;
}

/** The fetch engine: gives the blob of any remote file, fetched once however many ask. */
export interface BlobFetcher {
  fetch(target: FetchTarget, options?: FetchOptions): Promise<BlobRecord>;
  /**
   * Gives a range of the file as it arrives, fetching it if nobody does. The last bytes wait until the content is proved.
   * Leaving early ends the flight if nobody else follows it.
   */
  stream(target: FetchTarget, range: StreamRange): AsyncGenerator<Uint8Array>;
  /** What is being fetched now, and what came so far. */
  traffic(): Traffic;
  /** What is fetched here, for other processes. */
  readonly flights: FlightView;
  /** Most small files that are worth asking for at once. */
  readonly parallel: number;
  /** Ends every flight; partial files stay resumable. */
  close(): Promise<void>;
}

export interface StreamRange {
  readonly start: number;
  /** The byte after the last one. */
  readonly end: number;
  readonly takeBuffer?: TakeBuffer;
  readonly signal?: AbortSignal;
}

export interface BlobFetcherOptions {
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  readonly hashing: HashPool;
  readonly workspace: string;
  readonly identity: { readonly owner: string };
  readonly leaseTtlMs: number;
  readonly tuning: FetchTuning;
  readonly peers: FlightPeers | undefined;
}

const DEFAULT_MAX_CONNECTIONS = 32;
export const DEFAULT_MAX_ATTEMPTS = 6;
export const DEFAULT_RETRY_DELAY_MS = 500;

const MAX_TAKES = 5;
const CONFLICT_DELAY_MS = 50;

export function createBlobFetcher(options: BlobFetcherOptions): BlobFetcher {
  const { metadata, blobs, hashing, tuning, peers, identity } = options;
  const flights = new Map<string, Flight>();
  /** With those whose readers still read what is in the store by now. */
  const open = new Set<Flight>();
  const closing = new AbortController();
  const slots = new ConnectionSlots(tuning.maxConnections ?? DEFAULT_MAX_CONNECTIONS);
  const env: FetchEnvironment = {
    peers: peers && peerFlights({ metadata, peers, identity, closing: closing.signal }),
    closing: closing.signal,
    hashing,
    blobs,
    slots,
    lanes: new SourceLanes(slots.largeLimit),
    folder: partialFolder(options.workspace),
    pauses: new SourcePauses(),
    maxAttempts: tuning.maxAttempts ?? DEFAULT_MAX_ATTEMPTS,
    retryDelayMs: tuning.retryDelayMs ?? DEFAULT_RETRY_DELAY_MS,
  };
  const keeper = new LeaseKeeper({
    metadata,
    get owner() {
      return identity.owner;
    },
    ttlMs: options.leaseTtlMs,
    get address() {
      return peers?.address;
    },
    onLost: (key) =>
      flights.get(key.slice(FLIGHT_PREFIX.length))?.stop(
        new ModelkeepError('conflict', 'another process took this download over', {
          retryable: true,
        }),
      ),
  });
  const claims = createFlightClaims(metadata, keeper);
  let receivedBytes = 0;
  const counted = {
    onReceived: (bytes: number) => {
      receivedBytes += bytes;
    },
  };

  async function join(target: FetchTarget, options: FlightOptions): Promise<Flight> {
    const id = flightId(target.file);
    let running = flights.get(id);
    while (running?.stopped === true) {
      // It still closes its partial file, which the next flight resumes.
      await Promise.allSettled([running.result]);
      if (flights.get(id) === running) flights.delete(id);
      running = flights.get(id);
    }
    if (running !== undefined) return running;
    // Nobody would read it any more, and the end would wait for all of it.
    closing.signal.throwIfAborted();
    const flight = new Flight(env, claims, target, options, counted);
    flights.set(id, flight);
    open.add(flight);
    void flight.ended.finally(() => open.delete(flight));
    const forget = (): void => {
      if (flights.get(id) === flight) flights.delete(id);
    };
    flight.result.then(forget, forget);
    return flight;
  }

  return {
    async fetch(target, { signal, replace = false, ...follower } = {}) {
      for (let tries = 1; ; tries += 1) {
        try {
          return await (await join(target, { replace, from: 0 })).follow(follower, signal);
        } catch (error) {
          // The lease was lost, or a garbage collection came between: what is there decides anew.
          if (!isModelkeepError(error, 'conflict') || !error.retryable || tries === MAX_TAKES)
            throw error;
          await delay(CONFLICT_DELAY_MS * tries, signal);
        }
      }
    },
    async *stream(target, { start, end, signal, takeBuffer }) {
      const left = new AbortController();
      const ending = signal === undefined ? left.signal : AbortSignal.any([signal, left.signal]);
      const flight = await join(target, { replace: false, from: start });
      const endReading = flight.beginReading();
      const wait = awaitNextByte();
      const waiting = AbortSignal.any([ending, wait.signal]);
      const proved = flight.follow({ onRetry: ({ reason }) => wait.failed(reason) }, waiting);
      proved.catch(() => {});
      let position = start;
      try {
        const feed = await Promise.race([flight.feed, proved.then(() => undefined)]);
        if (feed !== undefined) {
          const range = { start, end, takeBuffer, signal: waiting };
          for await (const chunk of readFeed(feed, range)) {
            wait.over();
            position += chunk.byteLength;
            yield chunk;
            wait.again();
          }
        }
        if (position >= end) return;
        const { digest } = await proved;
        yield* await blobs.read(digest, { start: position, end, signal: ending });
      } finally {
        wait.over();
        endReading();
        left.abort(new ModelkeepError('conflict', 'the reader has left'));
      }
    },
    traffic: () => ({
      flights: [...flights.values()].map((flight) => flight.facts),
      receivedBytes,
    }),
    flights: {
      get owner() {
        return identity.owner;
      },
      async find(id) {
        const flight = flights.get(id);
        const feed = flight?.leads === true ? await flight.feed : undefined;
        if (feed === undefined) return undefined;
        const { size, etag } = feed;
        return {
          size,
          ...(etag === undefined ? {} : { etag }),
          // Whoever copies it holds its end back, and proves it, on its own.
          read: ({ takeBuffer, signal, ...range }) =>
            readFeed(feed, { ...range, takeBuffer, signal, heldBack: 0 }),
        };
      },
    },
    parallel: (tuning.maxConnections ?? DEFAULT_MAX_CONNECTIONS) * 2,
    async close() {
      const reason = new ModelkeepError('conflict', 'the cache was closed');
      closing.abort(reason);
      const running = [...open];
      for (const flight of running) flight.stop(reason);
      await Promise.allSettled(running.map(({ ended }) => ended));
      await keeper.close();
    },
  };
}
