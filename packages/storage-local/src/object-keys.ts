import { checkStorageKey, ModelkeepError } from '@modelkeep/core/spi';

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

/** Whether the first part of a key names something that is no object. */
export function isReserved(name: string): boolean {
  return RESERVED.has(name);
}

/** Fails with `invalid-key` unless `key` names an object. */
export function checkKey(key: string): void {
  checkStorageKey(key);
  const [first = ''] = key.split('/');
  if (isReserved(first)) {
    const message = `${JSON.stringify(key)} is no storage key: ${first} beside the objects belongs to the workspace`;
    throw new ModelkeepError('invalid-key', message);
  }
}
