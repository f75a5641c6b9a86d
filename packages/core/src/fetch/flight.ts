import type { RunningFlight } from '../api/inspection.ts';
import type { BlobRecord } from '../spi/metadata-store.ts';
import type { FlightClaims } from './claims.ts';
import { fetchLarge } from './fetch-large.ts';
import { fetchSmall, SMALL_FILE_BYTES } from './fetch-small.ts';
import {
  type FetchEnvironment,
  type FetchTarget,
  flightId,
  type RetryEvent,
} from './fetch-target.ts';
import type { FlightFeed } from './flight-feed.ts';

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
  readonly #target: FetchTarget;
  readonly #startedAt = Date.now();
  #doneBytes = 0;
  #receivedBytes = 0;
  readonly #counted: FlightFollower;
  readonly #followers = new Set<FlightFollower>();
  readonly #stop = new AbortController();
  readonly #feed = Promise.withResolvers<FlightFeed | undefined>();

  /** `counted` hears of what comes beside those who follow, and keeps nothing going. */
  constructor(
    env: FetchEnvironment,
    claims: FlightClaims,
    target: FetchTarget,
    options: FlightOptions,
    counted: FlightFollower,
  ) {
    this.id = flightId(target.file);
    this.#target = target;
    this.#counted = counted;
    this.result = this.#run(env, claims, target, options);
    // Followers look at the result; a flight that all have left must not count as unhandled.
    this.result.catch(() => {}).finally(() => this.#feed.resolve(undefined));
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

  /** Whether it was told to end; a new follower then needs a new flight. */
  get stopped(): boolean {
    return this.#stop.signal.aborted;
  }

  stop(reason: unknown): void {
    this.#stop.abort(reason);
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

  async #run(
    env: FetchEnvironment,
    claims: FlightClaims,
    target: FetchTarget,
    { replace, from }: FlightOptions,
  ): Promise<BlobRecord> {
    const { signal } = this.#stop;
    const claim = await claims.claim(this.id, { replace, signal });
    if ('present' in claim) return claim.present;
    try {
      const callbacks = {
        signal,
        onProgress: (doneBytes: number) => {
          this.#doneBytes = doneBytes;
          this.#tell((follower) => follower.onProgress?.(doneBytes));
        },
        onReceived: (bytes: number) => {
          this.#receivedBytes += bytes;
          this.#counted.onReceived?.(bytes);
          this.#tell((follower) => follower.onReceived?.(bytes));
        },
        onRetry: (event: RetryEvent) => this.#tell((follower) => follower.onRetry?.(event)),
      };
      if (target.file.size <= SMALL_FILE_BYTES) return await fetchSmall(env, target, callbacks);
      return await fetchLarge(env, target, callbacks, {
        holder: claim.lease,
        from,
        onFeed: (feed) => this.#feed.resolve(feed),
      });
    } finally {
      claims.release(this.id);
    }
  }

  #tell(say: (follower: FlightFollower) => void): void {
    for (const follower of this.#followers) say(follower);
  }
}
