import type { ContentHashes } from '../hashing/content-hashes.ts';
import { isModelkeepError, ModelkeepError } from '../spi/errors.ts';
import type { FetchCallbacks, FetchEnvironment, FetchTarget } from './fetch-target.ts';
import type { FlightFeed } from './flight-feed.ts';
import type { PartialFile } from './partial-file.ts';
import { mismatch } from './prove.ts';
import { ContentChanged, RangedFetch, RangesRefused } from './ranged-fetch.ts';

/** Beginnings anew of one file before it fails: its content changes while it is fetched, or no range is given. */
const MAX_RESTARTS = 3;

/** A partial file with all who fill it, one after the other; its readers see one file, whoever does. */
export interface Filling {
  readonly partial: PartialFile;
  readonly feed: FlightFeed;
  /** Settles the feed: the content is in the file and proved, or will never be. */
  readonly landed: PromiseWithResolvers<void>;
  /** Its end may be read though it is not in the store. */
  proved: boolean;
  /** Fetch by one request from the first byte. */
  whole: boolean;
  /** Where readers waited before anything was fetched. */
  readonly wanted: number[];
  restarts: number;
  mismatches: number;
  /** What fetches at this moment. */
  running: RangedFetch | undefined;
}

/** `from`: what its first reader waits for. */
export function newFilling(partial: PartialFile, from: number): Filling {
  const landed = Promise.withResolvers<void>();
  // Readers look at it, if there are any.
  landed.promise.catch(() => {});
  const filling: Filling = {
    partial,
    landed,
    proved: false,
    whole: false,
    wanted: from > 0 ? [from] : [],
    restarts: 0,
    mismatches: 0,
    running: undefined,
    feed: {
      size: partial.size,
      landed: landed.promise,
      get path() {
        return partial.path;
      },
      get etag() {
        return partial.etag;
      },
      get generation() {
        return partial.generation;
      },
      get proved() {
        return filling.proved;
      },
      contiguousEnd: (position) => partial.ranges.contiguousEnd(position),
      want: (position) => {
        if (filling.running === undefined) filling.wanted.push(position);
        else filling.running.want(position);
      },
      changed: () => partial.changed(),
    },
  };
  return filling;
}

/** Fetches what is absent and proves the whole. Fails with `integrity-mismatch` if it is not what was promised. */
export async function fill(
  env: FetchEnvironment,
  target: FetchTarget,
  filling: Filling,
  callbacks: FetchCallbacks,
): Promise<ContentHashes> {
  const { partial, whole, wanted } = filling;
  const hash = env.hashing.follow(partial.path, {
    size: partial.size,
    gitOid: !target.file.lfs,
    signal: callbacks.signal,
  });
  try {
    hash.advance(partial.front);
    callbacks.onProgress(partial.ranges.bytes);
    const onAdvance = (): void => hash.advance(partial.front);
    if (!partial.complete) {
      const running = new RangedFetch(env, target, partial, callbacks, {
        whole,
        wanted: wanted.splice(0),
        onAdvance,
      });
      filling.running = running;
      await running.run();
    }
    const hashes = await hash.result;
    const wrong = mismatch(target, hashes);
    if (wrong !== undefined) throw wrong;
    return hashes;
  } finally {
    filling.running = undefined;
    hash.cancel();
  }
}

/** What a failed attempt means: throws what is final; otherwise the file is empty again, to be fetched anew. */
export async function beginAnew(
  error: unknown,
  target: FetchTarget,
  filling: Filling,
  callbacks: Pick<FetchCallbacks, 'onRetry'>,
): Promise<void> {
  const { path } = target.file;
  if (isModelkeepError(error, 'integrity-mismatch')) {
    filling.mismatches += 1;
    if (filling.mismatches > 1) throw error;
    callbacks.onRetry({ type: 'retry', path, attempt: 1, delayMs: 0, reason: error.message });
  } else if (error instanceof ContentChanged || error instanceof RangesRefused) {
    filling.restarts += 1;
    const reason =
      error instanceof ContentChanged
        ? 'the content changed at the source while it was fetched'
        : 'the source does not give ranges';
    if (filling.restarts > MAX_RESTARTS) {
      throw new ModelkeepError('source-unavailable', `${path} of ${target.modelId}: ${reason}`, {
        cause: error,
        retryable: true,
      });
    }
    filling.whole ||= error instanceof RangesRefused;
    callbacks.onRetry({
      type: 'retry',
      path,
      attempt: filling.restarts,
      delayMs: 0,
      reason,
    });
  } else throw error;
  filling.proved = false;
  await filling.partial.reset();
}
