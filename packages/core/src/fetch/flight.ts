import type { RunningFlight } from '../api/inspection.ts';
import { ModelkeepError } from '../spi/errors.ts';
import type { BlobRecord, Lease } from '../spi/metadata-store.ts';
import { workspaceError } from '../util/fs-errors.ts';
import type { FlightClaims } from './claims.ts';
import { couldNotWrite, fetchLarge } from './fetch-large.ts';
import { fetchSmall, SMALL_FILE_BYTES } from './fetch-small.ts';
import {
  type FetchEnvironment,
  type FetchTarget,
  flightId,
  type RetryEvent,
} from './fetch-target.ts';
import { type Filling, newFilling } from './filling.ts';
import type { FlightCopy } from './flight-copy.ts';
import type { FlightFeed } from './flight-feed.ts';
import { PartialFile } from './partial-file.ts';

/** Somebody else fetches it: looks for a right to it after which it looks whether that process lives, every two seconds. */
const POLLS_A_LOOK = 5;

/** One who waits for a flight. */
export interface FlightFollower {
  readonly onProgress?: (doneBytes: number) => void;
  readonly onReceived?: (bytes: number) => void;
  readonly onRetry?: (event: RetryEvent) => void;
}

export interface FlightOptions {
  /** Fetch although a blob of this content is noted. */
  readonly replace: boolean;
  /** What its first reader waits for. */
  readonly from: number;
}

/** One blob being fetched now, for any number of followers. It ends when the last of them has left. */
export class Flight {
  readonly id: string;
  readonly result: Promise<BlobRecord>;
  /** Resolves when nothing of it is left: its readers may go on when it has its result. */
  readonly ended: Promise<void>;
  readonly #env: FetchEnvironment;
  readonly #target: FetchTarget;
  readonly #options: FlightOptions;
  readonly #startedAt = Date.now();
  #doneBytes = 0;
  #receivedBytes = 0;
  readonly #counted: FlightFollower;
  readonly #followers = new Set<FlightFollower>();
  readonly #stop = new AbortController();
  readonly #feed = Promise.withResolvers<FlightFeed | undefined>();
  #readers = 0;
  #leads = false;
  /** Somebody else fetches it. */
  #held = false;
  #copying: Promise<FlightCopy | undefined> | undefined;
  /** A copy goes on. */
  #copies = false;
  /** Told when the last reader has left. */
  #onUnread = (): void => {};

  /** `counted` hears of what comes beside those who follow, and keeps nothing going. */
  constructor(
    env: FetchEnvironment,
    claims: FlightClaims,
    target: FetchTarget,
    options: FlightOptions,
    counted: FlightFollower,
  ) {
    this.id = flightId(target.file);
    this.#env = env;
    this.#target = target;
    this.#options = options;
    this.#counted = counted;
    this.result = this.#run(claims);
    // Followers look at the result; a flight that all have left must not count as unhandled.
    this.result.catch(() => {}).finally(() => this.#feed.resolve(undefined));
    this.ended = this.result.then(
      () => this.#endCopy(),
      (error: unknown) => this.#dropCopy(error),
    );
  }

  get facts(): RunningFlight {
    const { modelId, file } = this.#target;
    return {
      modelId,
      path: file.path,
      doneBytes: this.#doneBytes,
      totalBytes: file.size,
      receivedBytes: this.#receivedBytes,
      startedAt: this.#startedAt,
    };
  }

  /** The file as it fills; undefined when it came whole, or the flight has ended without it. */
  get feed(): Promise<FlightFeed | undefined> {
    return this.#feed.promise;
  }

  /** Whether it is this process that fetches it. */
  get leads(): boolean {
    return this.#leads;
  }

  /** Whether it was told to end; a new follower then needs a new flight. */
  get stopped(): boolean {
    return this.#stop.signal.aborted;
  }

  stop(reason: unknown): void {
    this.#stop.abort(reason);
    this.#onUnread();
  }

  /** Somebody reads its bytes until the returned function is called. */
  beginReading(): () => void {
    this.#readers += 1;
    this.#copyForReaders();
    return () => {
      this.#readers -= 1;
      if (this.#readers === 0) this.#onUnread();
    };
  }

  follow(follower: FlightFollower, signal: AbortSignal | undefined): Promise<BlobRecord> {
    this.#followers.add(follower);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        signal?.removeEventListener('abort', onAbort);
        this.#followers.delete(follower);
      };
      const onAbort = (): void => {
        leave();
        if (this.#followers.size === 0) this.stop(signal?.reason);
        // The partial file is closed and resumable before the caller hears of it, unless others go on.
        const ended = this.stopped
          ? this.result.then(
              () => {},
              () => {},
            )
          : Promise.resolve();
        void ended.then(() => reject(signal?.reason));
      };
      if (signal?.aborted === true) {
        onAbort();
        return;
      }
      signal?.addEventListener('abort', onAbort, { once: true });
      this.result.then(resolve, reject).finally(leave);
    });
  }

  async #run(claims: FlightClaims): Promise<BlobRecord> {
    const { signal } = this.#stop;
    let polls = 0;
    const claim = await claims.claim(this.id, {
      replace: this.#options.replace,
      onHeld: () => {
        this.#held = true;
        this.#copyForReaders();
        polls += 1;
        // Who copies hears of its end at once.
        if (!this.#copies && polls % POLLS_A_LOOK === 0) this.#env.peers?.endIfGone(this.id);
      },
      signal,
    });
    this.#held = false;
    if ('present' in claim) {
      (await this.#copying)?.stored(claim.present);
      return claim.present;
    }
    try {
      return await this.#fetch(claim.lease);
    } finally {
      claims.release(this.id);
    }
  }

  async #fetch(lease: Lease): Promise<BlobRecord> {
    const callbacks = {
      signal: this.#stop.signal,
      onProgress: (doneBytes: number) => this.#onProgress(doneBytes),
      onReceived: (bytes: number) => {
        this.#receivedBytes += bytes;
        this.#counted.onReceived?.(bytes);
        this.#tell((follower) => follower.onReceived?.(bytes));
      },
      onRetry: (event: RetryEvent) => this.#tell((follower) => follower.onRetry?.(event)),
    };
    if (this.#target.file.size <= SMALL_FILE_BYTES)
      return await fetchSmall(this.#env, this.#target, callbacks);
    const filling = await this.#open(lease);
    this.#leads = true;
    this.#feed.resolve(filling.feed);
    return await fetchLarge(this.#env, this.#target, callbacks, filling);
  }

  /** What readers here were given of the flight of another process goes on; else what an earlier flight left. */
  async #open(lease: Lease): Promise<Filling> {
    const copy = await this.#copying;
    this.#copying = undefined;
    if (copy !== undefined) return await copy.handOver(lease);
    try {
      const { size } = this.#target.file;
      const partial = await PartialFile.open(this.#env.folder, this.id, size, lease);
      return newFilling(partial, this.#options.from);
    } catch (error) {
      throw workspaceError(error, couldNotWrite(this.#target));
    }
  }

  /** Readers here are given what arrives at the process that fetches. */
  #copyForReaders(): void {
    const { peers } = this.#env;
    const { size } = this.#target.file;
    if (!this.#held || this.#readers === 0 || peers === undefined || size <= SMALL_FILE_BYTES)
      return;
    this.#copying ??= import('./flight-copy.ts')
      .then(({ FlightCopy: Copy }) =>
        Copy.begin({
          env: this.#env,
          peers,
          target: this.#target,
          from: this.#options.from,
          signal: this.#stop.signal,
          onProgress: (doneBytes) => this.#onProgress(doneBytes),
        }),
      )
      .then(
        (copy) => {
          this.#copies = true;
          // One that is whole, or failed, hears of nobody's end.
          void copy.ended.then(() => {
            this.#copies = false;
          });
          this.#feed.resolve(copy.filling.feed);
          return copy;
        },
        // Without room for a copy its readers wait for the blob.
        () => undefined,
      );
  }

  /** Those who read the copy of a content that is in the store by now may read it to its end. */
  async #endCopy(): Promise<void> {
    const copy = await this.#copying;
    if (copy === undefined) return;
    if (this.#readers > 0 && !this.stopped) {
      const unread = new Promise<void>((resolve) => {
        this.#onUnread = resolve;
      });
      await Promise.race([copy.ended, unread]);
    }
    await this.#dropCopy(new ModelkeepError('conflict', 'nobody reads it any more'));
  }

  async #dropCopy(reason: unknown): Promise<void> {
    await (await this.#copying)?.drop(reason);
  }

  #onProgress(doneBytes: number): void {
    this.#doneBytes = doneBytes;
    this.#tell((follower) => follower.onProgress?.(doneBytes));
  }

  #tell(say: (follower: FlightFollower) => void): void {
    for (const follower of this.#followers) say(follower);
  }
}
