import { isModelkeepError, ModelkeepError } from '@modelkeep/core/spi';

/** The connection broke before the transaction was committed: nothing of it is stored. */
export class ConnectionLost extends Error {
  constructor(cause: unknown) {
    super(`The connection to PostgreSQL broke: ${reasonOf(cause)}`, { cause });
  }
}

/** The server did not answer in time, not even that it ended the statement. */
export class StatementTimeout extends Error {
  constructor(ms: number) {
    super(`PostgreSQL did not answer within ${ms / 1000} s`);
  }
}

/** A `SQLSTATE`: five letters and digits that the server gives with each error. */
function stateOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const isState =
    typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && 'severity' in (error as Error);
  return isState ? code : undefined;
}

/** Whether the connection is of no more use: it broke, or the server says that it ends it. */
export function endsConnection(error: unknown): boolean {
  const state = stateOf(error);
  if (state === undefined || state.startsWith('08') || state.startsWith('57P')) return true;
  const severity = error instanceof Error && 'severity' in error ? error.severity : undefined;
  return severity === 'FATAL' || severity === 'PANIC';
}

const BUSY: ReadonlySet<string | undefined> = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '55P03', // lock_not_available
]);

/**
 * Whether the same transaction may succeed in a moment. A broken connection counts: the next one is new, and if it cannot
 * be made the call fails with that.
 */
export function isBusy(error: unknown): boolean {
  return error instanceof ConnectionLost || BUSY.has(stateOf(error));
}

const FULL: ReadonlySet<string> = new Set(['53100', '53200']);

/** An error of PostgreSQL or of the way to it as ours. No error of theirs shows a password. */
export function translate(error: unknown): ModelkeepError {
  if (isModelkeepError(error)) return error;
  const cause = { cause: error };
  const state = stateOf(error);
  if (error instanceof StatementTimeout || state === '57014') {
    const message = `${reasonOf(error)}; it may be overloaded: try again`;
    return new ModelkeepError('storage-failed', message, { ...cause, retryable: true });
  }
  if (state !== undefined && FULL.has(state)) {
    const message = `PostgreSQL has no room left (${reasonOf(error)}); free some on its volume and try again`;
    return new ModelkeepError('no-space', message, cause);
  }
  if (state === undefined || endsConnection(error)) return unreachable(error, state);
  if (state === '25006') {
    const message = `PostgreSQL takes no changes (${reasonOf(error)}): is this address that of a standby?`;
    return new ModelkeepError('storage-failed', message, { ...cause, retryable: true });
  }
  return new ModelkeepError('storage-failed', `PostgreSQL failed: ${reasonOf(error)} (${state})`, {
    ...cause,
    retryable: BUSY.has(state) || state.startsWith('53'),
  });
}

/** The user, the password or the database is wrong: asking again brings nothing. */
const REFUSED = /^(?:28|3D)/;

function unreachable(error: unknown, state: string | undefined): ModelkeepError {
  const refused = state !== undefined && REFUSED.test(state);
  const message = refused
    ? `PostgreSQL refuses the connection: ${reasonOf(error)}`
    : `PostgreSQL cannot be reached: ${reasonOf(error)}`;
  return new ModelkeepError('storage-failed', message, { cause: error, retryable: !refused });
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
