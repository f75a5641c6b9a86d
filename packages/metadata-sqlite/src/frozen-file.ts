import { statSync } from 'node:fs';
import { hasJournal } from './open-file.ts';

/** Fails as a busy database does, so that the work is done again. */
class ChangedFileError extends Error {
  /** SQLITE_BUSY. */
  readonly errcode: number = 5;
}

/** Watches a file that is read without locks: what was read counts only if nobody wrote meanwhile. */
export class FrozenFile {
  readonly #file: string;
  readonly #state: string | undefined;

  constructor(file: string) {
    this.#file = file;
    this.#state = stateOf(file);
  }

  isUnchanged(): boolean {
    return this.#state !== undefined && stateOf(this.#file) === this.#state;
  }

  check(): void {
    if (!this.isUnchanged())
      throw new ChangedFileError(`${this.#file} was changed while it was read`);
  }
}

function stateOf(file: string): string | undefined {
  if (hasJournal(file)) return undefined;
  const { size, mtimeNs, ctimeNs, ino } = statSync(file, { bigint: true });
  return [size, mtimeNs, ctimeNs, ino].join(':');
}
