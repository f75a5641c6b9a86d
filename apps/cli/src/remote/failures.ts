import { type ErrorCode, ModelkeepError } from '@modelkeep/core/spi';
import { isErrorCode } from '../exit-status.ts';

const TOKEN_HINT = 'set MODELKEEP_TOKEN to a token of the server (`modelkeep user token`)';
const AWAY_HINT = 'see that the server runs, and that MODELKEEP_SERVER or --server is its address';

/** The error that an answer of the server tells. */
export function failureOf(base: string, status: number, body: string): ModelkeepError {
  const told = errorIn(body);
  if (told === undefined) {
    return status >= 500
      ? new ModelkeepError('source-unavailable', `${hostOf(base)} answers with ${status}`, {
          retryable: true,
          details: { hint: AWAY_HINT },
        })
      : new ModelkeepError('unsupported', `${hostOf(base)} is no Modelkeep server (${status})`);
  }
  const { code, message, details } = told;
  return new ModelkeepError(isErrorCode(code) ? code : codeOf(status), message, {
    details: { ...(status === 401 ? { hint: TOKEN_HINT } : {}), ...details },
  });
}

/** An error as a job of the server tells it. */
export function jobFailure(told: RemoteError): Error {
  const { code, message, details } = told;
  return isErrorCode(code) ? new ModelkeepError(code, message, { details }) : new Error(message);
}

/** A connection that could not be made, or that broke. */
export function unreachable(base: string, cause: unknown): ModelkeepError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ModelkeepError('source-unavailable', `the server ${hostOf(base)}: ${reason}`, {
    cause,
    retryable: true,
    details: { hint: AWAY_HINT },
  });
}

/** An error as the API tells it. */
export interface RemoteError {
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

function errorIn(body: string): RemoteError | undefined {
  try {
    const { error } = JSON.parse(body) as { error?: Partial<RemoteError> };
    if (typeof error?.code !== 'string' || typeof error.message !== 'string') return undefined;
    return { code: error.code, message: error.message, details: error.details ?? {} };
  } catch {
    return undefined;
  }
}

function codeOf(status: number): ErrorCode {
  return status >= 500 ? 'storage-failed' : 'invalid-argument';
}

function hostOf(base: string): string {
  return new URL(base).host;
}
