import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { type FrozenFile, frozenFile } from './frozen-file.ts';
import { loadSqlite } from './load-sqlite.ts';
import { isBusy, isNotWritable } from './sqlite-errors.ts';

/** Milliseconds that SQLite may wait for a lock with this thread stopped. Longer waits are timers of ours. */
const WAIT_MS = 2;

export interface OpenedFile {
  readonly handle: DatabaseSync;
  /** Why it is open for reading only, if it is. */
  readonly notWritable?: unknown;
  /** Set where it is read without any lock. */
  readonly frozen?: FrozenFile;
}

/** Opens the database for writing, or for reading if it cannot be written. */
export function openFile(file: string): OpenedFile {
  const exists = statSync(file, { throwIfNoEntry: false }) !== undefined;
  if (!exists) mkdirSync(dirname(file), { recursive: true });
  try {
    return openForWriting(file);
  } catch (error) {
    if (!exists || isBusy(error) || !isNotWritable(error)) throw error;
    try {
      return { ...openForReading(file), notWritable: error };
    } catch {
      throw error;
    }
  }
}

/** Opens the database for writing. It keeps a journal beside the file, so the folder must be writable too. */
export function openForWriting(file: string): OpenedFile {
  if (statSync(file, { throwIfNoEntry: false }) !== undefined) {
    accessSync(file, constants.R_OK | constants.W_OK);
    accessSync(dirname(file), constants.W_OK);
  }
  return { handle: prepareForWriting(file) };
}

function prepareForWriting(file: string): DatabaseSync {
  const { DatabaseSync } = loadSqlite();
  const handle = new DatabaseSync(file, { timeout: WAIT_MS });
  try {
    const { journal_mode } = handle.prepare('pragma journal_mode').get() ?? {};
    if (journal_mode !== 'wal') handle.exec('pragma journal_mode = wal');
    handle.exec('pragma synchronous = full');
    return handle;
  } catch (error) {
    handle.close();
    throw error;
  }
}

/** Opens without write access, where somebody else may be writing, or nobody. */
export function openForReading(file: string): OpenedFile {
  const { DatabaseSync } = loadSqlite();
  const frozen = frozenFile(file);
  const location = pathToFileURL(file);
  if (frozen !== undefined) location.searchParams.set('immutable', '1');
  const handle = new DatabaseSync(location, { readOnly: true, timeout: WAIT_MS });
  try {
    handle.prepare('select count(*) from sqlite_master').get();
    return frozen === undefined ? { handle } : { handle, frozen };
  } catch (error) {
    handle.close();
    throw error;
  }
}
