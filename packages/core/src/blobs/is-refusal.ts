import { isModelkeepError, type ModelkeepError } from '../spi/errors.ts';

/** Whether a store does not take what it is given, and will not in a moment either. */
export function isRefusal(error: unknown): error is ModelkeepError {
  return (
    isModelkeepError(error, 'no-space') ||
    (isModelkeepError(error, 'storage-failed') && !error.retryable)
  );
}
