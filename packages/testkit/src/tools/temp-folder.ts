import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of one test. `await using folder = await tempFolder()` removes it at the end of the block. */
export interface TempFolder extends AsyncDisposable {
  /** Absolute, without symbolic links. */
  readonly path: string;
  /** A path inside the folder. Nothing is created. */
  join(...segments: readonly string[]): string;
  /** Removes the folder and all in it; a second call does nothing. */
  remove(): Promise<void>;
}

/** Makes an empty folder among the system's temporary files, or in `parent`. */
export async function tempFolder(parent: string = tmpdir()): Promise<TempFolder> {
  const path = await mkdtemp(join(await realpath(parent), 'modelkeep-test-'));
  const remove = (): Promise<void> => rm(path, { recursive: true, force: true, maxRetries: 3 });
  return {
    path,
    join: (...segments) => join(path, ...segments),
    remove,
    [Symbol.asyncDispose]: remove,
  };
}
