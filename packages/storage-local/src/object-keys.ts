import { ModelkeepError } from '@modelkeep/core/spi';

const SEGMENT = /^[A-Za-z0-9._\-+@=%~]+$/;
const MAX_KEY_BYTES = 1024;

/** The folder of unfinished files, in the directory. */
export const TEMPORARY = 'tmp';

/** What others keep beside the objects: core its workspace, the metadata store its database. */
const RESERVED: ReadonlySet<string> = new Set([
  TEMPORARY,
  'hub',
  'partial',
  'reserve',
  'index.db',
  'index.db-journal',
  'index.db-shm',
  'index.db-wal',
]);

/** Whether `name` can be a part of a key. */
export function isSegment(name: string): boolean {
  return SEGMENT.test(name) && name !== '.' && name !== '..';
}

/** Whether the first part of a key names something that is no object. */
export function isReserved(name: string): boolean {
  return RESERVED.has(name);
}

/** Fails with `invalid-key` unless `key` names an object. */
export function checkKey(key: string): void {
  const segments = key.split('/');
  if (key.length > MAX_KEY_BYTES || !segments.every(isSegment)) {
    throw new ModelkeepError(
      'invalid-key',
      `${JSON.stringify(key)} is no storage key: it takes parts of A-Z a-z 0-9 . _ - + @ = % ~ between slashes, none of them "." or "..", and ${MAX_KEY_BYTES} bytes at most`,
    );
  }
  if (isReserved(segments[0] ?? '')) {
    const message = `${JSON.stringify(key)} is no storage key: ${segments[0]} beside the objects belongs to the workspace`;
    throw new ModelkeepError('invalid-key', message);
  }
}
