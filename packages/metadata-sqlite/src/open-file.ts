import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { loadSqlite } from './load-sqlite.ts';
import { isBusy, isNotWritable } from './sqlite-errors.ts';

/** Milliseconds that SQLite may wait for a lock with this thread stopped. Longer waits are timers of ours. */
const WAIT_MS = 2;

export interface OpenedFile {
  readonly handle: DatabaseSync;
  /** `immutable`: read without any lock, so that it is right only as long as nobody writes. */
  readonly mode: 'write' | 'read' | 'immutable';
}

/** Opens the database for writing, or for reading if it cannot be written. */
export function openFile(file: string): OpenedFile {
  const exists = statSync(file, { throwIfNoEntry: false }) !== undefined;
  if (exists && !canWrite(file)) return openForReading(file);
  if (!exists) mkdirSync(dirname(file), { recursive: true });
  try {
    return { handle: openForWriting(file), mode: 'write' };
  } catch (error) {
    if (!exists || isBusy(error) || !isNotWritable(error)) throw error;
    try {
      return openForReading(file);
    } catch {
      throw error;
    }
  }
}

/** SQLite keeps its journal beside the file, so the folder counts too. */
function canWrite(file: string): boolean {
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
    accessSync(dirname(file), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function openForWriting(file: string): DatabaseSync {
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

/** Whether the file is in use, or was left in use, so that its readers must see the journal. */
export function hasJournal(file: string): boolean {
  const journal = statSync(`${file}-wal`, { throwIfNoEntry: false });
  const index = statSync(`${file}-shm`, { throwIfNoEntry: false });
  return index !== undefined || (journal?.size ?? 0) > 0;
}

/** Opens without write access, where somebody else may be writing, or nobody. */
export function openForReading(file: string): OpenedFile {
  const { DatabaseSync } = loadSqlite();
  const immutable = !hasJournal(file);
  const location = pathToFileURL(file);
  if (immutable) location.searchParams.set('immutable', '1');
  const handle = new DatabaseSync(location, { readOnly: true, timeout: WAIT_MS });
  try {
    handle.prepare('select count(*) from sqlite_master').get();
    return { handle, mode: immutable ? 'immutable' : 'read' };
  } catch (error) {
    handle.close();
    throw error;
  }
}
