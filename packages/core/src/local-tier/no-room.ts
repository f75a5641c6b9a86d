import { ModelkeepError } from '../spi/errors.ts';
import { formatBytes } from '../util/format-bytes.ts';

/** A checkout that was used within this time stays: whoever was told its folder may be about to open its files. */
export const GRACE_MS: number = 5 * 60_000;

export function tooLarge(bytes: number, maxBytes: number): ModelkeepError {
  return new ModelkeepError(
    'no-space',
    `${formatBytes(bytes)} do not fit into the local tier of ${formatBytes(maxBytes)}: make it larger (storage.localTier.size)`,
    { details: { neededBytes: bytes, maxBytes } },
  );
}

export function allInUse(bytes: number, maxBytes: number): ModelkeepError {
  return new ModelkeepError(
    'no-space',
    `the local tier of ${formatBytes(maxBytes)} has no room for ${formatBytes(bytes)}: what is there was used within the last ${GRACE_MS / 60_000} minutes. Try again later, or make it larger (storage.localTier.size)`,
    { retryable: true, details: { neededBytes: bytes, maxBytes } },
  );
}
