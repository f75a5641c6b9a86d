import { constants } from 'node:os';
import { isModelkeepError, ModelkeepError } from '@modelkeep/core/spi';

/** Node has no name for it. */
const UNKNOWN = /^Unknown system error /;

/** The system's name of the error (`ENOSPC`), if it is one of the file system. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') {
    return undefined;
  }
  if (!UNKNOWN.test(error.code)) return error.code;
  const overQuota = 'errno' in error && error.errno === -constants.errno.EDQUOT;
  return overQuota ? 'EDQUOT' : 'EUNKNOWN';
}

/** Whether there is no such file, also because something above it is a file. */
export function isMissing(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === 'ENOENT' || errno === 'ENOTDIR';
}

/** An error of the file system as ours: what failed, where, and what to do. An abort and our own errors pass. */
export function storageError(error: unknown, doing: string, path: string): unknown {
  const errno = errnoOf(error);
  if (isModelkeepError(error) || errno === undefined || !/^E[A-Z0-9]+$/.test(errno)) return error;
  const options = { cause: error, details: { path, errno } };
  switch (errno) {
    case 'ENOSPC':
    case 'EDQUOT': {
      const what = errno === 'ENOSPC' ? 'the volume is full' : 'the disk quota is used up';
      return new ModelkeepError('no-space', `${doing} ${path}: ${what}; free some room`, options);
    }
    case 'EACCES':
    case 'EPERM':
      return failed(`this user may not; change the owner or the mode of ${path}`);
    case 'EROFS':
      return failed('the volume is mounted read-only; mount it for writing');
    case 'EMFILE':
    case 'ENFILE':
      return failed('too many files are open; raise the limit (ulimit -n)', true);
    case 'EIO':
      return failed('the disk reports an error; check the volume');
    case 'EISDIR':
    case 'ENOTEMPTY':
    case 'EEXIST':
    case 'ENOTDIR':
      return failed('a file is where a folder must be, or a folder where a file must be');
    default:
      return failed((error as Error).message);
  }

  function failed(reason: string, retryable = false): ModelkeepError {
    return new ModelkeepError('storage-failed', `${doing} ${path}: ${reason}`, {
      ...options,
      retryable,
    });
  }
}
