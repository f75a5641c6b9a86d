import type { ModelCache } from '@modelkeep/core';
import { isModelkeepError, ModelkeepError } from '@modelkeep/core/spi';

/** Tells the operator of what was sent and could not be kept: whoever asked for it has all of it, and hears nothing. Returns how to end that. */
export function watchUnkept(
  { inspection }: Pick<ModelCache, 'inspection'>,
  onError: (error: unknown) => void,
): () => void {
  return inspection.onUnkept(({ modelId, path, error }) => {
    const code = isModelkeepError(error) ? error.code : 'storage-failed';
    const reason = error instanceof Error ? error.message : String(error);
    const message = `${path} of ${modelId} was asked for and is not kept: ${reason}`;
    onError(new ModelkeepError(code, message, { cause: error }));
  });
}
