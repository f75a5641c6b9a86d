import { ModelkeepError } from '@modelkeep/core/spi';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EROFS: 'the volume is mounted read-only',
  EISDIR: 'it is a folder',
  EIO: 'the disk reports an error; check the volume',
};

/** What failed with a file that a person named, in words. `doing`: `read`, `write`. Other errors pass. */
export function fileError(error: unknown, doing: string, path: string): unknown {
  const errno = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  if (errno === 'ENOENT' || errno === 'ENOTDIR') return told(`there is no ${path}`);
  if (errno === 'ENOSPC' || errno === 'EDQUOT') {
    return new ModelkeepError('no-space', `cannot ${doing} ${path}: its volume is full`, {
      cause: error,
      details: { errno, path, hint: 'free room there, or name a place on another volume' },
    });
  }
  const reason = errno === undefined ? undefined : REASONS[errno];
  return reason === undefined ? error : told(`cannot ${doing} ${path}: ${reason}`);

  function told(message: string): Error {
    return Object.assign(new Error(message, { cause: error }), { code: errno });
  }
}
