import { type BigIntStats, constants } from 'node:fs';
import { copyFile, link, lstat, rm } from 'node:fs/promises';
import type { HashPool } from '../hashing/hash-pool.ts';
import { NO_LINK } from '../hub-layout/place-blob.ts';
import { ModelkeepError } from '../spi/errors.ts';
import { workspaceError } from '../util/fs-errors.ts';
import type { StagedBlob } from './stage-body.ts';

export interface StageExistingOptions {
  /** Compute the git blob id as well. */
  readonly gitOid: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((position: number) => void) | undefined;
}

export interface StagedFile extends StagedBlob {
  /** True if no byte was copied: the staged file is the given one under a second name. */
  readonly linked: boolean;
}

function notWhole(path: string, why: string): ModelkeepError {
  return new ModelkeepError('integrity-mismatch', `${path} ${why}`, { details: { path } });
}

/** Publishing makes a blob read-only, which only the owner of a file may do. */
function isOurs(stats: BigIntStats): boolean {
  const user = process.geteuid?.();
  return user === undefined || user === 0 || stats.uid === BigInt(user);
}

function isSame(before: BigIntStats, after: BigIntStats): boolean {
  return before.size === after.size && before.mtimeNs === after.mtimeNs;
}

async function linkOrCopy(path: string, stats: BigIntStats, target: string): Promise<boolean> {
  if (isOurs(stats)) {
    try {
      await link(path, target);
      return true;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined || !NO_LINK.has(code)) throw error;
    }
  }
  await copyFile(path, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  return false;
}

/**
 * Gives somebody else's file, which must not be a link, a second name at `target`, by a hard link, else a reflink, else a
 * copy, and hashes it there. The file itself is never written. On any failure `target` is gone.
 * A file that changes meanwhile fails with `integrity-mismatch`.
 */
export async function stageExistingFile(
  hashing: HashPool,
  path: string,
  target: string,
  options: StageExistingOptions,
): Promise<StagedFile> {
  const { gitOid, signal, onProgress } = options;
  try {
    const given = await lstat(path, { bigint: true });
    if (!given.isFile()) throw notWhole(path, 'is not a file');
    const linked = await linkOrCopy(path, given, target);
    const before = await lstat(target, { bigint: true });
    const size = Number(given.size);
    const other = linked && (before.ino !== given.ino || before.dev !== given.dev);
    if (other || !before.isFile() || before.size !== given.size)
      throw notWhole(path, 'was replaced while it was taken');
    const hashes = await hashing.hashFile(target, {
      size,
      gitOid,
      ...(signal === undefined ? {} : { signal }),
      ...(onProgress === undefined ? {} : { onProgress }),
    });
    if (!isSame(before, await lstat(target, { bigint: true })))
      throw notWhole(path, 'was written to while it was read');
    return { path: target, size, linked, ...hashes };
  } catch (error) {
    await rm(target, { force: true });
    throw workspaceError(error, `could not take ${path}`);
  }
}
