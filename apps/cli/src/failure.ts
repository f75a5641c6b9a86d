import { isModelkeepError } from '@modelkeep/core/spi';
import type { FailureCode } from './exit-status.ts';
import { hintFor } from './hints.ts';
import { redact } from './redact.ts';

/** A call that cannot be understood, or that would do harm as it stands. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, hint?: string) {
    super(message);
    this.details = hint === undefined ? {} : { hint };
  }
}

/** An error as it is shown. */
export interface Failure {
  readonly code: FailureCode;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly hint?: string;
}

const NO_SPACE = new Set(['ENOSPC', 'EDQUOT']);

/** What to tell of an error. Tokens, passwords and signed URLs are left out. */
export function describeFailure(error: unknown): Failure {
  const { code, details: all } = classify(error);
  const message = redact(error instanceof Error ? error.message : String(error));
  const { hint: own, ...details } = all;
  const hint = typeof own === 'string' ? own : hintFor(code, details);
  return { code, message, details, ...(hint === undefined ? {} : { hint }) };
}

function classify(error: unknown): Pick<Failure, 'code' | 'details'> {
  if (isModelkeepError(error)) return { code: error.code, details: error.details };
  if (error instanceof UsageError) return { code: 'usage', details: error.details };
  const errno = (error as NodeJS.ErrnoException | undefined)?.code;
  if (errno !== undefined && NO_SPACE.has(errno)) return { code: 'no-space', details: { errno } };
  return { code: 'failed', details: errno === undefined ? {} : { errno } };
}

/** The error with its causes and stacks, for a developer. */
export function debugText(error: unknown): string {
  const parts: string[] = [];
  let current: unknown = error;
  while (current !== undefined && parts.length < 10) {
    parts.push(current instanceof Error ? (current.stack ?? current.message) : String(current));
    current = current instanceof Error ? current.cause : undefined;
  }
  return redact(parts.join('\ncaused by: '));
}
