import type { ErrorCode } from '@modelkeep/core/spi';

/** The HTTP status of each error below `/-/`. */
export const STATUSES: Readonly<Record<ErrorCode, number>> = {
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
  offline: 503,
  'no-space': 507,
};
