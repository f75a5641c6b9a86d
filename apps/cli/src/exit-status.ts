import type { ErrorCode } from '@modelkeep/core/spi';

export const DONE = 0;
const FAILED = 1;
export const USAGE = 2;
export const INTEGRITY = 5;
export const INTERRUPTED = 130;

/** The exit status of each error: part of the command line's contract. */
const STATUS: Readonly<Record<ErrorCode, number>> = {
  'invalid-argument': USAGE,
  'config-invalid': USAGE,
  'model-not-cached': 3,
  'access-denied': 4,
  gated: 4,
  'not-enabled': 4,
  'integrity-mismatch': INTEGRITY,
  'source-unavailable': 6,
  'rate-limited': 6,
  offline: 6,
  'no-space': 7,
  'model-not-found': FAILED,
  'revision-not-found': FAILED,
  'file-not-found': FAILED,
  'archive-invalid': FAILED,
  'object-not-found': FAILED,
  'invalid-key': FAILED,
  'storage-failed': FAILED,
  'store-incompatible': FAILED,
  conflict: FAILED,
  unsupported: FAILED,
};

/** Whether the text is a code that an error can carry. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(STATUS, text);
}

export type FailureCode = ErrorCode | 'usage' | 'interrupted' | 'failed';

export function exitStatus(code: FailureCode): number {
  if (code === 'usage') return USAGE;
  if (code === 'interrupted') return INTERRUPTED;
  return code === 'failed' ? FAILED : STATUS[code];
}
