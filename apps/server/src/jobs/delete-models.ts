import type { ModelCache, User } from '@modelkeep/core';
import { isModelkeepError } from '@modelkeep/core/spi';
import type { WorkContext } from './job-work.ts';

/** What became of each of the models. */
export interface DeletionResult {
  readonly removed: readonly { readonly key: string; readonly freedBytes: number }[];
  /** Of which nothing was cached any more. */
  readonly missing: readonly string[];
  readonly failed: readonly {
    readonly key: string;
    readonly code: string;
    readonly message: string;
  }[];
  readonly freedBytes: number;
}

/** Removes one after the other. One that fails does not keep the others. */
export async function deleteModels(
  { cache, user, signal, onEvent }: Pick<WorkContext, 'cache' | 'user' | 'signal' | 'onEvent'>,
  models: readonly string[],
): Promise<DeletionResult> {
  const removed: DeletionResult['removed'][number][] = [];
  const missing: string[] = [];
  const failed: DeletionResult['failed'][number][] = [];
  let freedBytes = 0;
  for (const [index, key] of models.entries()) {
    signal.throwIfAborted();
    try {
      const found = await remove(cache, key, user);
      removed.push({ key, freedBytes: found.freedBytes });
      freedBytes += found.freedBytes;
    } catch (error) {
      if (!isModelkeepError(error)) throw error;
      if (error.code === 'model-not-cached') missing.push(key);
      else failed.push({ key, code: error.code, message: error.message });
    }
    const [doneFiles, totalFiles] = [index + 1, models.length];
    onEvent({ type: 'progress', doneBytes: freedBytes, doneFiles, totalFiles, active: [] });
  }
  return { removed, missing, failed, freedBytes };
}

function remove(cache: ModelCache, key: string, user: User): ReturnType<ModelCache['removeModel']> {
  return cache.removeModel(key.replace(/^hf@/, ''), { user });
}
