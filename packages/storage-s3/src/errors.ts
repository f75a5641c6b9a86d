import { isModelkeepError, ModelkeepError } from '@modelkeep/core/spi';

/** The facts of an SDK error that count here. */
interface S3Failure {
  readonly name: string;
  readonly message: string;
  readonly status: number | undefined;
  /** Of the file system or the network, such as `ENOENT`. */
  readonly code: unknown;
}

function failureOf(error: unknown): S3Failure {
  const { name = 'Error', message = String(error) } = error instanceof Error ? error : {};
  const metadata: unknown = error instanceof Error && '$metadata' in error ? error.$metadata : {};
  const { httpStatusCode } = (metadata ?? {}) as { readonly httpStatusCode?: number };
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return { name, message, status: httpStatusCode, code };
}

/** Whether the store says that the object is not there. */
export function isMissing(error: unknown): boolean {
  const { name, status } = failureOf(error);
  return status === 404 && name !== 'NoSuchBucket';
}

/** Whether a condition of the request did not hold. */
export function isRefusedCondition(error: unknown): boolean {
  return failureOf(error).status === 412;
}

/** Whether another write or removal of the same key came between. */
export function isConflict(error: unknown): boolean {
  return failureOf(error).status === 409;
}

/** Whether the store does not know what it was asked for. */
export function isUnsupported(error: unknown): boolean {
  const { name, status } = failureOf(error);
  return status === 501 || status === 400 || name === 'NotImplemented';
}

/** Whether nothing is in the asked range. */
export function isBeyondEnd(error: unknown): boolean {
  return failureOf(error).status === 416;
}

/** How often a request was sent until it had this answer. */
export function attemptsOf(error: unknown): number {
  const metadata: unknown = error instanceof Error && '$metadata' in error ? error.$metadata : {};
  return ((metadata ?? {}) as { readonly attempts?: number }).attempts ?? 1;
}

const FULL: ReadonlySet<string> = new Set([
  'QuotaExceeded',
  'InsufficientCapacity',
  'InsufficientStorage',
  'XMinioStorageFull',
  'EntityTooLarge',
]);

const RETRYABLE: ReadonlySet<string> = new Set([
  'SlowDown',
  'ThrottlingException',
  'RequestTimeout',
  'RequestTimeTooSkewed',
  'TimeoutError',
]);

const CREDENTIALS: ReadonlySet<string> = new Set([
  'CredentialsProviderError',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'TokenRefreshRequired',
]);

/** Of a certificate that is not trusted. */
const CERTIFICATE = /CERT|^UNABLE_TO_/;

/** An error of the SDK, of the store or of the way to it as ours. `doing` begins the message: `Cannot read x`. */
export function storageError(error: unknown, doing: string, bucket: string): ModelkeepError {
  if (isModelkeepError(error)) return error;
  const { name, message, status, code } = failureOf(error);
  // The SDK's own error carries the request that failed, with its signature.
  const facts = { name, ...(status && { status }), ...(typeof code === 'string' && { code }) };
  const cause = Object.assign(new Error(message), facts);
  const reason = name === message || message === '' ? name : `${name}: ${message}`;
  if (FULL.has(name) || status === 507) {
    const text = `${doing}: the bucket ${bucket} takes no more (${reason})`;
    return new ModelkeepError('no-space', text, { cause });
  }
  if (CREDENTIALS.has(name)) {
    const text = `${doing}: no good credentials for the bucket ${bucket} (${reason}); see how the AWS SDK looks for them`;
    return new ModelkeepError('storage-failed', text, { cause });
  }
  if (status === 403) {
    const text = `${doing}: these credentials may not do that in the bucket ${bucket} (${reason})`;
    return new ModelkeepError('storage-failed', text, { cause });
  }
  if (name === 'NoSuchBucket') {
    return new ModelkeepError('storage-failed', `${doing}: there is no bucket ${bucket}`, {
      cause,
    });
  }
  if (typeof code === 'string' && CERTIFICATE.test(code)) {
    const text = `${doing}: the certificate of the store is not trusted (${reason}); name its authority as ca, in a config file as storage.caFile, or in NODE_EXTRA_CA_CERTS`;
    return new ModelkeepError('storage-failed', text, { cause });
  }
  const retryable =
    status === undefined ||
    status >= 500 ||
    status === 429 ||
    status === 409 ||
    RETRYABLE.has(name);
  return new ModelkeepError('storage-failed', `${doing}: ${reason}`, { cause, retryable });
}

export function notFound(key: string): ModelkeepError {
  return new ModelkeepError('object-not-found', `There is no object ${key}`);
}

export function alreadyThere(key: string): ModelkeepError {
  return new ModelkeepError('conflict', `The object ${key} exists already`);
}

/** The error for an object whose bytes are not those that were declared. */
export function wrongSize(key: string, found: string, size: number | undefined): ModelkeepError {
  const message = `${key} has ${found} bytes where ${size} were expected; it was not stored`;
  return new ModelkeepError('storage-failed', message, { details: { key, found, expected: size } });
}
