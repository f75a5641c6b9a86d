import type { ErrorCode, ModelkeepError } from '@modelkeep/core/spi';

/** The HTTP status of each error below `/-/`. */
const STATUSES: Readonly<Record<ErrorCode, number>> = {
  'invalid-argument': 400,
  'invalid-key': 400,
  unsupported: 400,
  'access-denied': 403,
  gated: 403,
  'not-enabled': 403,
  'model-not-cached': 404,
  'model-not-found': 404,
  'revision-not-found': 404,
  'file-not-found': 404,
  'object-not-found': 404,
  conflict: 409,
  'archive-invalid': 422,
  'rate-limited': 429,
  'config-invalid': 500,
  'storage-failed': 500,
  'store-incompatible': 500,
  'integrity-mismatch': 502,
  'source-unavailable': 503,
  offline: 409,
  'no-space': 507,
};

/** Seconds after which to ask again where a store could not be reached. */
const STORE_AWAY_SECONDS = 5;

/** What an error below `/-/` is answered with. */
export function statusOf(error: ModelkeepError): {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
} {
  const away = isStoreAway(error);
  const wait =
    error.retryAfterMs === undefined
      ? away && STORE_AWAY_SECONDS
      : Math.max(1, Math.ceil(error.retryAfterMs / 1000));
  return {
    status: away ? 503 : STATUSES[error.code],
    headers: wait === false ? {} : { 'Retry-After': String(wait) },
  };
}

/** Whether the storage or the metadata store cannot be reached now, and may be in a moment. */
export function isStoreAway(error: ModelkeepError): boolean {
  return error.code === 'storage-failed' && error.retryable;
}
