import { stat } from 'node:fs/promises';
import { isRefusal } from '../blobs/is-refusal.ts';
import type { ContentHashes } from '../hashing/content-hashes.ts';
import { isModelkeepError, ModelkeepError } from '../spi/errors.ts';
import type { BlobRecord } from '../spi/metadata-store.ts';
import { workspaceError } from '../util/fs-errors.ts';
import type { FetchCallbacks, FetchEnvironment, FetchTarget } from './fetch-target.ts';
import { beginAnew, type Filling, fill } from './filling.ts';
import type { PartialFile } from './partial-file.ts';

/** How long readers wait until what is proved is in the store as well, where the next request finds it. */
export const PUBLISH_PATIENCE_MS: number = 1_000;

/** Puts what is proved into the store. Readers need not wait for that, if it takes long: their clients would give up. */
async function publish(
  env: FetchEnvironment,
  filling: Filling,
  hashes: ContentHashes,
): Promise<BlobRecord> {
  const { partial } = filling;
  const letRead = (): void => {
    filling.proved = true;
    partial.announce();
  };
  const timer = setTimeout(letRead, PUBLISH_PATIENCE_MS);
  try {
    await partial.settle();
    return await env.blobs
      .publishFile({ path: partial.path, size: partial.size, ...hashes })
      .catch((error: unknown) => {
        // That it is never kept is no reason to cut off who reads it; who may find it kept in a moment asks again.
        if (isRefusal(error)) letRead();
        throw error;
      });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Fetches, proves and publishes a file by ranges, going on from what is there.
 * An abort or a lost connection keeps the partial file; a mismatch discards it, is tried once more, and is then final.
 */
export async function fetchLarge(
  env: FetchEnvironment,
  target: FetchTarget,
  callbacks: FetchCallbacks,
  filling: Filling,
): Promise<BlobRecord> {
  const { partial } = filling;
  try {
    for (;;) {
      try {
        const hashes = await fill(env, target, filling, callbacks);
        callbacks.signal.throwIfAborted();
        const record = await publish(env, filling, hashes);
        await partial.discard();
        filling.landed.resolve();
        return record;
      } catch (error) {
        await beginAnew(error, target, filling, callbacks);
      }
    }
  } catch (error) {
    if (isModelkeepError(error, 'integrity-mismatch')) await partial.discard();
    const failure = (await wasTaken(partial, error))
      ? new ModelkeepError('conflict', 'another process took this download over', {
          retryable: true,
          cause: error,
        })
      : workspaceError(error, couldNotWrite(target));
    filling.landed.reject(failure);
    throw failure;
  } finally {
    await partial.close();
  }
}

/** Whether it failed because the file is gone: whoever takes a download over takes its file, from one who slept as well. */
async function wasTaken({ path }: PartialFile, error: unknown): Promise<boolean> {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      return (await stat(path).catch(() => undefined)) === undefined;
  }
  return false;
}

export function couldNotWrite({ file, modelId }: FetchTarget): string {
  return `could not write ${file.path} of ${modelId}`;
}
