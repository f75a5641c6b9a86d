/** Every code that a Modelkeep error can carry. Codes are a contract: exit statuses and HTTP statuses are derived from them. */
export type ErrorCode =
  | 'invalid-argument'
  | 'config-invalid'
  | 'model-not-cached'
  | 'model-not-found'
  | 'revision-not-found'
  | 'file-not-found'
  | 'access-denied'
  | 'gated'
  | 'not-enabled'
  | 'integrity-mismatch'
  | 'source-unavailable'
  | 'rate-limited'
  | 'offline'
  | 'no-space'
  | 'archive-invalid'
  | 'object-not-found'
  | 'invalid-key'
  | 'storage-failed'
  | 'store-incompatible'
  | 'conflict'
  | 'unsupported';

export interface ModelkeepErrorOptions {
  readonly cause?: unknown;
  /** Whether the same call may succeed if it is made again. Default: false. */
  readonly retryable?: boolean;
  /** For a retryable error: how long the other side asked to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** Facts for a program: file, expected, found, neededBytes… Never a token or a signed URL. */
  readonly details?: Readonly<Record<string, unknown>>;
}

const MARK: unique symbol = Symbol.for('modelkeep.error');

/** The one error class of Modelkeep. Recognise it with {@link isModelkeepError}, which also works across two installed copies. */
export class ModelkeepError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: ModelkeepErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ModelkeepError';
    Object.defineProperty(this, MARK, { value: true });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs;
    this.details = options.details ?? {};
  }
}

/** Whether `error` is a Modelkeep error, and, if `code` is given, one with that code. */
export function isModelkeepError(error: unknown, code?: ErrorCode): error is ModelkeepError {
  return (
    typeof error === 'object' &&
    error !== null &&
    (error as Record<symbol, unknown>)[MARK] === true &&
    (code === undefined || (error as ModelkeepError).code === code)
  );
}
