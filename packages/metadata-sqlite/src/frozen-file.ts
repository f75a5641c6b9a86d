import { statSync } from 'node:fs';

/** Fails as a busy database does, so that the work is done again. */
class ChangedFileError extends Error {
  /** SQLITE_BUSY. */
  readonly errcode: number = 5;
}

/** A file that is read without locks: what was read counts only if nobody wrote meanwhile. */
export interface FrozenFile {
  isUnchanged(): boolean;
  /** Fails if it was changed. */
  check(): void;
}

/** The file as it is now. Undefined if it has a journal, which its readers must see: it is in use, or was left in use. */
export function frozenFile(file: string): FrozenFile | undefined {
  const state = stateOf(file);
  if (state === undefined) return undefined;

  function isUnchanged(): boolean {
    return stateOf(file) === state;
  }

  return {
    isUnchanged,
    check() {
      if (!isUnchanged()) throw new ChangedFileError(`${file} was changed while it was read`);
    },
  };
}

function stateOf(file: string): string | undefined {
  const journal = statSync(`${file}-wal`, { throwIfNoEntry: false });
  if (journal !== undefined && journal.size > 0) return undefined;
  const { size, mtimeNs, ctimeNs, ino } = statSync(file, { bigint: true });
  return [size, mtimeNs, ctimeNs, ino].join(':');
}
