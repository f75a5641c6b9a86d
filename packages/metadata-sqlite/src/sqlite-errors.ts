import { statfsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { isModelkeepError, ModelkeepError } from '@modelkeep/core/spi';

/** What a first small change takes. */
const JOURNAL_BYTES = 128 * 1024;

/** Primary result codes of SQLite. */
const CODE = {
  perm: 3,
  busy: 5,
  locked: 6,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  protocol: 15,
  notDatabase: 26,
} as const;

/** The primary result code that SQLite gave, if the error is one of its own. */
function codeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}

/** Whether another connection holds the lock that was asked for. */
export function isBusy(error: unknown): boolean {
  const code = codeOf(error);
  return code === CODE.busy || code === CODE.locked || code === CODE.protocol;
}

/** Codes of the file system for the same. */
const NOT_WRITABLE: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'EROFS']);

/** Whether the file could not be opened or prepared for writing, so that reading it may still work. */
export function isNotWritable(error: unknown): boolean {
  const code = codeOf(error);
  return (
    isRefusedAccess(error) ||
    code === CODE.perm ||
    code === CODE.readOnly ||
    code === CODE.cannotOpen ||
    code === CODE.full ||
    code === CODE.ioError
  );
}

function isRefusedAccess(error: unknown): boolean {
  return error instanceof Error && 'code' in error && NOT_WRITABLE.has(error.code);
}

/** An error of SQLite or of the file system as ours. `file` is the database. */
export function translate(error: unknown, file: string): ModelkeepError {
  if (isModelkeepError(error)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const options = { cause: error };
  if (isRefusedAccess(error)) {
    return new ModelkeepError(
      'storage-failed',
      `The index ${file} is read-only for this user (${reason}): it can be read, and nothing can be stored or removed`,
      options,
    );
  }
  const code = codeOf(error);
  // A journal that finds no room is an I/O error to SQLite.
  switch (code === CODE.ioError && isFull(dirname(file)) ? CODE.full : code) {
    case CODE.corrupt:
    case CODE.notDatabase:
      return new ModelkeepError(
        'storage-failed',
        `The index ${file} is damaged (${reason}). No model is lost: move it away, with what lies beside it as ${basename(file)}-*, and the next command makes the index anew from the manifests`,
        options,
      );
    case CODE.full:
      return new ModelkeepError(
        'no-space',
        `The volume of the index ${file} is full; free some room and try again`,
        options,
      );
    case CODE.readOnly:
    case CODE.cannotOpen:
    case CODE.perm:
      return new ModelkeepError(
        'storage-failed',
        `The index ${file} cannot be opened or written (${reason}); check that the folder exists and that this user may write in it`,
        options,
      );
    case CODE.ioError:
      return new ModelkeepError(
        'storage-failed',
        `The disk failed under the index ${file} (${reason}); check the volume`,
        options,
      );
    default:
      return new ModelkeepError('storage-failed', `The index ${file} failed: ${reason}`, {
        ...options,
        retryable: isBusy(error),
      });
  }
}

/** Whether the volume has no room for SQLite's journal and its index. */
function isFull(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < JOURNAL_BYTES;
  } catch {
    return false;
  }
}
