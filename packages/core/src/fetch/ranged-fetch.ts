import { ModelkeepError } from '../spi/errors.ts';
import type { RemoteBody } from '../spi/model-source.ts';
import { BatchedWriter } from '../staging/batched-writer.ts';
import { ChunkPlanner } from './chunk-planner.ts';
import type { FetchCallbacks, FetchEnvironment, FetchTarget } from './fetch-target.ts';
import { type LaneGovernor, MIN_CHUNK } from './lane-governor.ts';
import type { PartialFile } from './partial-file.ts';
import { mismatchError } from './prove.ts';
import type { ByteRange } from './range-map.ts';
import { RetryLine } from './retry.ts';

/** The upstream's content is another one than that of which a part is here. */
export class ContentChanged extends Error {}

/** The upstream gave the whole file when it was asked for a range. */
export class RangesRefused extends Error {}

export interface RangedFetchOptions {
  /** Fetch by one request from the first byte, as the upstream does not give ranges. */
  readonly whole: boolean;
  /** Bytes that readers wait for already. */
  readonly wanted: readonly number[];
  /** Told whenever bytes were added to the partial file. */
  readonly onAdvance: () => void;
}

/** Fills one partial file by as many ranged requests side by side as pay. */
export class RangedFetch {
  readonly #env: FetchEnvironment;
  readonly #target: FetchTarget;
  readonly #partial: PartialFile;
  readonly #callbacks: FetchCallbacks;
  readonly #options: RangedFetchOptions;
  readonly #planner: ChunkPlanner;
  readonly #governor: LaneGovernor;
  readonly #mostLanes: number;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #lanes = new Set<Promise<void>>();
  #running = 0;
  #failure: { readonly error: unknown } | undefined;
  #received = 0;

  constructor(
    env: FetchEnvironment,
    target: FetchTarget,
    partial: PartialFile,
    callbacks: FetchCallbacks,
    options: RangedFetchOptions,
  ) {
    this.#env = env;
    this.#target = target;
    this.#partial = partial;
    this.#callbacks = callbacks;
    this.#options = options;
    this.#planner = new ChunkPlanner(partial.size, partial.ranges);
    if (!options.whole) for (const position of options.wanted) this.#planner.want(position);
    this.#governor = env.lanes.of(target.source);
    this.#mostLanes = options.whole ? 1 : Math.ceil(this.#planner.openBytes / MIN_CHUNK);
    this.#signal = AbortSignal.any([callbacks.signal, this.#stop.signal]);
  }

  /** A reader waits for the byte at `position`. */
  want(position: number): void {
    this.#planner.want(position);
  }

  /** Resolves when every byte is in the file. */
  async run(): Promise<void> {
    const leave = this.#governor.join();
    try {
      this.#growLanes();
      while (this.#lanes.size > 0) await Promise.race(this.#lanes);
    } finally {
      leave();
    }
    this.#callbacks.signal.throwIfAborted();
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  get #wantedLanes(): number {
    return Math.min(this.#governor.lanes, this.#mostLanes);
  }

  #growLanes(): void {
    while (
      this.#failure === undefined &&
      this.#running < this.#wantedLanes &&
      this.#planner.openBytes > 0
    ) {
      this.#running += 1;
      const lane: Promise<void> = this.#runLane()
        .catch((error: unknown) => {
          this.#failure ??= { error };
          this.#stop.abort(error);
        })
        .finally(() => this.#lanes.delete(lane));
      this.#lanes.add(lane);
      // The first request of a file tells what it is; the others follow once it is under way.
      if (this.#planner.openBytes === this.#partial.size) return;
    }
  }

  async #runLane(): Promise<void> {
    const retries = new RetryLine(this.#env, this.#target, {
      ...this.#callbacks,
      signal: this.#signal,
    });
    for (;;) {
      await this.#env.pauses.wait(this.#target.source, this.#signal);
      const release = await this.#env.slots.take('large', this.#signal);
      try {
        const range = this.#nextRange();
        if (range === undefined) {
          this.#running -= 1;
          return;
        }
        await this.#fetchRange(range);
      } catch (error) {
        release();
        await retries.failed(error, this.#received);
      } finally {
        release();
      }
    }
  }

  /** Nothing when all is taken, or when there are more lanes than pay. */
  #nextRange(): ByteRange | undefined {
    if (this.#running > this.#wantedLanes) return undefined;
    const { openBytes } = this.#planner;
    return this.#planner.take(
      this.#options.whole ? this.#partial.size : this.#governor.chunkBytes(openBytes),
    );
  }

  async #fetchRange(range: ByteRange): Promise<void> {
    const { source, modelId, commit, file } = this.#target;
    let position = range.start;
    try {
      const whole = range.start === 0 && range.end === file.size;
      const opened = await source.open(
        modelId,
        commit,
        file,
        whole ? { signal: this.#signal } : { ...range, signal: this.#signal },
      );
      this.#checkIdentity(opened, range);
      this.#growLanes();
      const onWritten = (start: number, end: number): void => {
        position = end;
        this.#partial.note(start, end);
        this.#callbacks.onProgress(this.#partial.ranges.bytes);
        this.#options.onAdvance();
      };
      const { handle } = this.#partial;
      const writer = new BatchedWriter(handle, range.start, onWritten, opened.release);
      try {
        await this.#copyBody(opened.body, writer, range.end);
      } finally {
        // What came before a break is kept: the next try begins after it.
        await writer.flush();
      }
      if (position < range.end) {
        throw new ModelkeepError(
          'source-unavailable',
          `the answer of ${source.endpoint} ended ${range.end - position} bytes too early`,
          { retryable: true },
        );
      }
    } finally {
      this.#planner.giveBack({ start: position, end: range.end });
    }
  }

  async #copyBody(
    body: AsyncIterable<Uint8Array>,
    writer: BatchedWriter,
    end: number,
  ): Promise<void> {
    for await (const chunk of body) {
      this.#received += chunk.byteLength;
      this.#callbacks.onReceived(chunk.byteLength);
      this.#governor.received(chunk.byteLength, performance.now());
      const room = end - writer.position;
      const waiting = writer.push(chunk.byteLength > room ? chunk.subarray(0, room) : chunk);
      if (waiting !== undefined) {
        await waiting;
        this.#growLanes();
      }
      if (writer.position >= end) return;
    }
  }

  #checkIdentity(opened: RemoteBody, range: ByteRange): void {
    if (opened.size !== undefined && opened.size !== this.#target.file.size) {
      throw mismatchError(this.#target, `${this.#target.file.size} bytes`, `${opened.size} bytes`);
    }
    if (opened.start !== range.start) throw new RangesRefused();
    if (opened.etag === undefined) return;
    if (this.#partial.etag !== undefined && this.#partial.etag !== opened.etag)
      throw new ContentChanged();
    if (this.#partial.etag === undefined) this.#partial.etag = opened.etag;
  }
}
