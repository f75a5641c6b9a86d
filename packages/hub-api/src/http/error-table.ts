import { type ErrorCode, isModelkeepError, type ModelkeepError } from '@modelkeep/core/spi';
import { authenticationRequired, entryNotFound, Refusal } from './refusal.ts';

interface Row {
  readonly status: number;
  /** `X-Error-Code`. */
  readonly code?: string;
  /** Seconds for `Retry-After` when the error names none. */
  readonly retryAfter?: number;
}

const INTERNAL: Row = { status: 500 };
const AWAY: Row = { status: 503, retryAfter: 10 };

// Without a code that it knows, huggingface_hub takes a 403 for a broken line and hides the message: hence GatedRepo.
const TABLE: Readonly<Record<ErrorCode, Row>> = {
  'invalid-argument': { status: 400 },
  'model-not-found': { status: 404, code: 'RepoNotFound' },
  'revision-not-found': { status: 404, code: 'RevisionNotFound' },
  'file-not-found': { status: 404, code: 'EntryNotFound' },
  gated: { status: 403, code: 'GatedRepo' },
  'access-denied': { status: 403, code: 'GatedRepo' },
  'not-enabled': { status: 403, code: 'GatedRepo' },
  'rate-limited': { status: 429, retryAfter: 10 },
  'source-unavailable': AWAY,
  offline: { status: 503, retryAfter: 300 },
  'model-not-cached': { status: 503, retryAfter: 300 },
  conflict: AWAY,
  'integrity-mismatch': { status: 502 },
  'no-space': { status: 507 },
  'config-invalid': INTERNAL,
  'archive-invalid': INTERNAL,
  'object-not-found': INTERNAL,
  'invalid-key': INTERNAL,
  'storage-failed': INTERNAL,
  'store-incompatible': INTERNAL,
  unsupported: INTERNAL,
};

/** Codes that mean: the source could not be asked. */
const OUTAGES: ReadonlySet<ErrorCode> = new Set([
  'offline',
  'source-unavailable',
  'rate-limited',
  'model-not-cached',
]);

/** Whether `error` says that the source could not be asked, so that what is cached is the answer. */
export function isOutage(error: unknown): boolean {
  return isModelkeepError(error) && OUTAGES.has(error.code);
}

/** What a failure means on the wire. `anonymous`: the client sent no credentials. */
export function refusalOf(error: unknown, anonymous: boolean): Refusal {
  if (error instanceof Refusal) return error;
  if (!isModelkeepError(error)) {
    return new Refusal(500, 'Something went wrong in the cache; its log says more.');
  }
  const { status, code, retryAfter } = rowOf(error);
  if (code === 'EntryNotFound' && typeof error.details['commit'] === 'string') {
    return entryNotFound(error.details['commit'], error.message);
  }
  const wait =
    error.retryAfterMs === undefined
      ? retryAfter
      : Math.max(1, Math.ceil(error.retryAfterMs / 1e3));
  return hiddenFrom(
    new Refusal(status, messageOf(error), {
      ...(code === undefined ? {} : { code }),
      ...(retryAfter === undefined ? {} : { headers: { 'Retry-After': String(wait) } }),
    }),
    anonymous && error.code !== 'not-enabled' && error.code !== 'access-denied',
  );
}

/** A store that cannot be reached now is away, as a source is. */
function rowOf(error: ModelkeepError): Row {
  if (error.code === 'storage-failed' && error.retryable) return AWAY;
  return TABLE[error.code] ?? INTERNAL;
}

/** To somebody unknown the Hub says 401 where it says 403 or 404 to somebody known. */
function hiddenFrom(refusal: Refusal, anonymous: boolean): Refusal {
  const { status, code, message } = refusal;
  const hides =
    (status === 404 && code === 'RepoNotFound') || (status === 403 && code === 'GatedRepo');
  return anonymous && hides ? authenticationRequired(message, code) : refusal;
}

// The exact words by which huggingface_hub knows a model that the Hub has disabled.
const DISABLED = 'Access to this resource is disabled.';

function messageOf(error: ModelkeepError): string {
  return error.details['disabled'] === true ? DISABLED : error.message;
}
