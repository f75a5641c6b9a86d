import type { ContentHashes } from '../hashing/content-hashes.ts';
import { isModelkeepError, ModelkeepError } from '../spi/errors.ts';
import type { BlobRecord } from '../spi/metadata-store.ts';
import { delay } from '../util/delay.ts';
import { workspaceError } from '../util/fs-errors.ts';
import { ConnectionSlots } from './connection-slots.ts';
import { couldNotWrite, PUBLISH_PATIENCE_MS } from './fetch-large.ts';
import {
  type ByteSource,
  type FetchEnvironment,
  type FetchTarget,
  flightId,
} from './fetch-target.ts';
import { beginAnew, type Filling, fill, newFilling } from './filling.ts';
import { SourceLanes } from './lane-governor.ts';
import { PartialFile, type PartialHolder } from './partial-file.ts';
import type { PeerFlights } from './peer-flights.ts';
import { ContentChanged, RangesRefused } from './ranged-fetch.ts';
import { SourcePauses } from './source-pauses.ts';

/** Parts asked for side by side: what the other process has got out of order is copied as well, and not lost with it. */
const PARTS_AT_ONCE = 8;
const TRIES = 2;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;

export interface FlightCopyOptions {
  readonly env: FetchEnvironment;
  readonly peers: PeerFlights;
  readonly target: FetchTarget;
  /** What the first reader waits for. */
  readonly from: number;
  readonly signal: AbortSignal;
  readonly onProgress: (doneBytes: number) => void;
}

/** Whatever breaks off there is worth another try. */
function peerSource(peers: PeerFlights, address: string, id: string): ByteSource {
  const broken = (cause: unknown): ModelkeepError =>
    new ModelkeepError('source-unavailable', `the flight at ${address} broke off`, {
      retryable: true,
      cause,
    });
  async function* readable(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* body;
    } catch (error) {
      throw broken(error);
    }
  }
  return {
    name: 'peer',
    endpoint: address,
    async open(_modelId, _commit, { size }, { start = 0, end = size, signal } = {}) {
      const options = { start, end, ...(signal === undefined ? {} : { signal }) };
      const opened = await peers.open(address, id, options).catch((error: unknown) => {
        throw broken(error);
      });
      return { start, ...opened, body: readable(opened.body) };
    },
  };
}

function storeSource({ blobs }: FetchEnvironment, { digest, size }: BlobRecord): ByteSource {
  return {
    name: 'store',
    endpoint: 'the store',
    open: async (_modelId, _commit, _file, options) => ({
      start: options?.start ?? 0,
      size,
      body: await blobs.read(digest, options),
    }),
  };
}

/**
 * A copy of what another process fetches, for readers here, filled as it arrives there and proved here by its own hash.
 * If that process dies, the copy is what the flight goes on with.
 */
export class FlightCopy {
  readonly filling: Filling;
  /** Resolves when nothing more is done to the file. */
  readonly ended: Promise<void>;
  readonly #options: FlightCopyOptions;
  readonly #env: FetchEnvironment;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #stored = Promise.withResolvers<BlobRecord>();
  #record: BlobRecord | undefined;
  /** Set when the content is there, and proved. */
  #hashes: ContentHashes | undefined;
  /** Ends what is asked of the peer, when the store has it all. */
  #leavePeer = new AbortController();

  private constructor(options: FlightCopyOptions, filling: Filling) {
    const { env, signal } = options;
    this.#options = options;
    this.filling = filling;
    this.#env = {
      ...env,
      // What waits for another process must not take the connections of what is fetched here.
      slots: new ConnectionSlots(PARTS_AT_ONCE),
      lanes: new SourceLanes(PARTS_AT_ONCE),
      pauses: new SourcePauses(),
      maxAttempts: TRIES,
      retryDelayMs: FIRST_WAIT_MS,
    };
    this.#signal = AbortSignal.any([signal, this.#stop.signal]);
    this.ended = this.#run().catch((error: unknown) =>
      filling.landed.reject(workspaceError(error, couldNotWrite(options.target))),
    );
  }

  static async begin(options: FlightCopyOptions): Promise<FlightCopy> {
    const { env, target, from } = options;
    const { size } = target.file;
    const partial = await PartialFile.create(env.folder, flightId(target.file), size);
    return new FlightCopy(options, newFilling(partial, from));
  }

  /** The content is in the store: what is absent comes from there. */
  stored(record: BlobRecord): void {
    this.#record = record;
    this.#stored.resolve(record);
    if (!this.filling.partial.complete) this.#leavePeer.abort(new Error('it is in the store'));
  }

  /** Ends. The file, with what is there, becomes that of the flight which `holder` may now fetch. */
  async handOver(holder: PartialHolder): Promise<Filling> {
    const { filling } = this;
    try {
      this.#stop.abort(new Error('the flight goes on here'));
      await this.ended;
      const { target, signal } = this.#options;
      await filling.partial.become(flightId(target.file), holder, signal);
      filling.mismatches = 0;
      filling.restarts = 0;
      return filling;
    } catch (cause) {
      // Somebody tidied up between the end of the other process and now.
      const message = 'the download of another process could not be taken over; it begins anew';
      const error = new ModelkeepError('conflict', message, { retryable: true, cause });
      filling.landed.reject(error);
      await filling.partial.discard().catch(() => {});
      throw error;
    }
  }

  /** Ends and removes the file. If it is whole, this machine's local tier keeps it for the next reader, unless the cache is being closed. */
  async drop(reason: unknown): Promise<void> {
    this.#stop.abort(reason);
    await this.ended;
    this.filling.landed.reject(reason);
    await this.#keep().catch(() => {});
    await this.filling.partial.discard();
  }

  async #keep(): Promise<void> {
    // That may take long, and nobody waits for the end of a process.
    if (this.#hashes === undefined || this.#env.closing.aborted) return;
    const { partial } = this.filling;
    await partial.settle();
    const { path, size } = partial;
    await this.#env.blobs.keepCopy({ path, size, digest: this.#hashes.digest });
  }

  async #run(): Promise<void> {
    const { filling } = this;
    let wait = FIRST_WAIT_MS;
    let before = 0;
    while (!(await this.#try())) {
      if (this.#signal.aborted) return;
      const { bytes } = filling.partial.ranges;
      wait = bytes === before ? Math.min(wait * 2, LONGEST_WAIT_MS) : FIRST_WAIT_MS;
      before = bytes;
      if (this.#record === undefined) await this.#pause(wait);
    }
    // The next request should find it, if that does not take long.
    await Promise.race([this.#stored.promise, this.#pause(PUBLISH_PATIENCE_MS)]);
    if (this.#signal.aborted) return;
    filling.proved = true;
    filling.partial.announce();
    filling.landed.resolve();
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, AbortSignal.any([this.#signal, this.#leavePeer.signal])).catch(() => {});
  }

  /** Returns whether the whole content is there and proved; false if it is worth another try. */
  async #try(): Promise<boolean> {
    const { target, onProgress } = this.#options;
    const record = this.#record;
    const signal =
      record === undefined ? AbortSignal.any([this.#signal, this.#leavePeer.signal]) : this.#signal;
    const callbacks = { signal, onProgress, onReceived: () => {}, onRetry: () => {} };
    try {
      const source = record === undefined ? await this.#peer() : storeSource(this.#env, record);
      if (source === undefined) {
        this.#options.peers.endIfGone(flightId(target.file));
        return false;
      }
      this.#hashes = await fill(this.#env, { ...target, source }, this.filling, callbacks);
      return true;
    } catch (error) {
      if (this.#signal.aborted || signal.aborted) return false;
      if (
        isModelkeepError(error, 'integrity-mismatch') ||
        error instanceof ContentChanged ||
        error instanceof RangesRefused
      ) {
        await beginAnew(error, target, this.filling, callbacks);
        return false;
      }
      if (record !== undefined || !isModelkeepError(error) || !error.retryable) throw error;
      this.#options.peers.endIfGone(flightId(target.file));
      return false;
    }
  }

  async #peer(): Promise<ByteSource | undefined> {
    const { peers, target } = this.#options;
    const id = flightId(target.file);
    const address = await peers.holderOf(id);
    return address === undefined ? undefined : peerSource(peers, address, id);
  }
}
