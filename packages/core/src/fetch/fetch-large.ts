import type { ContentHashes } from '../hashing/content-hashes.ts';
import { isModelkeepError, ModelkeepError } from '../spi/errors.ts';
import type { BlobRecord } from '../spi/metadata-store.ts';
import { workspaceError } from '../util/fs-errors.ts';
import {
  type FetchCallbacks,
  type FetchEnvironment,
  type FetchTarget,
  flightId,
} from './fetch-target.ts';
import type { FlightFeed } from './flight-feed.ts';
import { PartialFile, type PartialHolder } from './partial-file.ts';
import { mismatch } from './prove.ts';
import { ContentChanged, RangedFetch, RangesRefused } from './ranged-fetch.ts';

/** Beginnings anew of one file before it fails: its content changes while it is fetched, or no range is given. */
const MAX_RESTARTS = 3;

/** How long readers wait until what is proved is in the store as well, where the next request finds it. */
const PUBLISH_PATIENCE_MS = 1_000;

interface FillState {
  whole: boolean;
  /** Its end may be read though it is not in the store. */
  proved: boolean;
  /** Where readers waited before anything was fetched. */
  readonly wanted: number[];
  restarts: number;
  mismatches: number;
  /** What fetches at this moment. */
  running?: RangedFetch;
}

export interface FetchLargeOptions {
  readonly holder: PartialHolder;
  /** What the first reader waits for. Default: 0. */
  readonly from?: number;
  /** Told once, when readers may follow. */
  readonly onFeed: (feed: FlightFeed) => void;
}

function feedOf(partial: PartialFile, state: FillState): FlightFeed {
  return {
    path: partial.path,
    size: partial.size,
    get generation() {
      return partial.generation;
    },
    get proved() {
      return state.proved;
    },
    contiguousEnd: (position) => partial.ranges.contiguousEnd(position),
    want: (position) => {
      if (state.running === undefined) state.wanted.push(position);
      else state.running.want(position);
    },
    changed: () => partial.changed(),
  };
}

async function fill(
  env: FetchEnvironment,
  target: FetchTarget,
  partial: PartialFile,
  callbacks: FetchCallbacks,
  state: FillState,
): Promise<ContentHashes> {
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
      const { whole, wanted } = state;
      state.running = new RangedFetch(env, target, partial, callbacks, {
        whole,
        wanted,
        onAdvance,
      });
      await state.running.run();
    }
    return await hash.result;
  } finally {
    hash.cancel();
  }
}

/** Puts what is proved into the store. Readers need not wait for that, if it takes long: their clients would give up. */
async function publish(
  env: FetchEnvironment,
  partial: PartialFile,
  hashes: ContentHashes,
  state: FillState,
): Promise<BlobRecord> {
  const timer = setTimeout(() => {
    state.proved = true;
    partial.announce();
  }, PUBLISH_PATIENCE_MS);
  try {
    await partial.settle();
    return await env.blobs.publishFile({ path: partial.path, size: partial.size, ...hashes });
  } finally {
    clearTimeout(timer);
  }
}

/** Decides what a failed attempt means: throws what is final, and returns when the file is to be fetched anew. */
function restart(
  error: unknown,
  target: FetchTarget,
  state: FillState,
  callbacks: FetchCallbacks,
): void {
  const { path } = target.file;
  if (isModelkeepError(error, 'integrity-mismatch')) {
    state.mismatches += 1;
    if (state.mismatches > 1) throw error;
    callbacks.onRetry({ type: 'retry', path, attempt: 1, delayMs: 0, reason: error.message });
    return;
  }
  if (!(error instanceof ContentChanged || error instanceof RangesRefused)) throw error;
  state.restarts += 1;
  const reason =
    error instanceof ContentChanged
      ? 'the content changed at the source while it was fetched'
      : 'the source does not give ranges';
  if (state.restarts > MAX_RESTARTS) {
    throw new ModelkeepError('source-unavailable', `${path} of ${target.modelId}: ${reason}`, {
      cause: error,
      retryable: true,
    });
  }
  state.whole ||= error instanceof RangesRefused;
  callbacks.onRetry({ type: 'retry', path, attempt: state.restarts, delayMs: 0, reason });
}

/**
 * Fetches, proves and publishes a file by ranges, going on from what an earlier flight left.
 * An abort or a lost connection keeps the partial file; a mismatch discards it, is tried once more, and is then final.
 */
export async function fetchLarge(
  env: FetchEnvironment,
  target: FetchTarget,
  callbacks: FetchCallbacks,
  options: FetchLargeOptions,
): Promise<BlobRecord> {
  const { from = 0 } = options;
  const wanted = from > 0 ? [from] : [];
  const state: FillState = { whole: false, proved: false, wanted, restarts: 0, mismatches: 0 };
  const doing = `could not write ${target.file.path} of ${target.modelId}`;
  let partial: PartialFile;
  try {
    partial = await PartialFile.open(
      env.folder,
      flightId(target.file),
      target.file.size,
      options.holder,
    );
  } catch (error) {
    throw workspaceError(error, doing);
  }
  options.onFeed(feedOf(partial, state));
  try {
    for (;;) {
      try {
        const hashes = await fill(env, target, partial, callbacks, state);
        const wrong = mismatch(target, hashes);
        if (wrong !== undefined) throw wrong;
        callbacks.signal.throwIfAborted();
        const record = await publish(env, partial, hashes, state);
        await partial.discard();
        return record;
      } catch (error) {
        restart(error, target, state, callbacks);
        state.proved = false;
        await partial.reset();
      }
    }
  } catch (error) {
    if (isModelkeepError(error, 'integrity-mismatch')) await partial.discard();
    throw workspaceError(error, doing);
  } finally {
    await partial.close();
  }
}
