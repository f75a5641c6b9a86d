import type { ModelCache } from '@modelkeep/core';
import { ModelkeepError } from '@modelkeep/core/spi';

/** Tells the operator of what was sent and could not be kept: whoever asked for it has all of it, and hears nothing. Returns how to end that. */
export function watchUnkept(
  { inspection }: Pick<ModelCache, 'inspection'>,
  onError: (error: unknown) => void,
): () => void {
  return inspection.onUnkept(({ modelId, path, error }) => {
    const message = `${path} of ${modelId} was asked for and is not kept: ${error.message}`;
    onError(new ModelkeepError(error.code, message, { cause: error }));
  });
}
