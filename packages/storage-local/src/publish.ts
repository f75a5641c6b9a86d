import { type BigIntStats, constants, createReadStream } from 'node:fs';
import { type FileHandle, link, open, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ModelkeepError, type StorageWriteOptions, type StoredObject } from '@modelkeep/core/spi';
import { errnoOf, isMissing, storageError } from './file-errors.ts';
import type { Folders } from './folders.ts';
import { TEMPORARY } from './object-keys.ts';
import { storedObject } from './stored-object.ts';
import { temporaryName } from './temporary-name.ts';
import { writeBody, wrongSize } from './write-body.ts';

const OBJECT_MODE = 0o444;
const MODE_BITS = 0o7777n;

/** The folder of a storage, as those who publish in it need it. */
export interface Place {
  readonly directory: string;
  readonly folders: Folders;
}

/** Stores `body`: a temporary file, its bytes on the disk, its name, its folder on the disk. */
export async function writeObject(
  place: Place,
  key: string,
  body: AsyncIterable<Uint8Array>,
  options: StorageWriteOptions,
): Promise<StoredObject> {
  const temporary = join(place.directory, TEMPORARY, temporaryName());
  const target = join(place.directory, key);
  try {
    const handle = await inFolder(place, temporary, () => open(temporary, 'wx', OBJECT_MODE));
    let stats: BigIntStats;
    try {
      await writeBody(handle, key, body, options);
      stats = await seal(handle);
    } finally {
      await handle.close();
    }
    options.signal?.throwIfAborted();
    await publish(place, temporary, target, options.onlyIfAbsent === true, stats.nlink);
    return storedObject(key, stats);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw existsOr(error, key, () => storageError(error, 'Cannot write', target));
  }
}

/** Takes over the file at `path`. */
export async function ingestObject(
  place: Place,
  key: string,
  path: string,
  options: StorageWriteOptions,
): Promise<StoredObject> {
  const target = join(place.directory, key);
  try {
    // A link may lead anywhere, and a pipe would never open.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const handle = await open(path, flags);
    let stats: BigIntStats;
    try {
      const found = await handle.stat();
      if (!found.isFile()) throw new ModelkeepError('storage-failed', `${path} is no file`);
      const { size } = found;
      if (size !== (options.size ?? size)) throw wrongSize(key, `${size}`, options.size);
      stats = await seal(handle);
    } finally {
      await handle.close();
    }
    options.signal?.throwIfAborted();
    await publish(place, path, target, options.onlyIfAbsent === true, stats.nlink);
    return storedObject(key, stats);
  } catch (error) {
    if (errnoOf(error) === 'EXDEV') return await copyObject(place, key, path, options);
    throw existsOr(error, key, () => storageError(error, `Cannot store ${path} as`, target));
  }
}

async function copyObject(
  place: Place,
  key: string,
  path: string,
  options: StorageWriteOptions,
): Promise<StoredObject> {
  const body = createReadStream(path, { highWaterMark: 1024 * 1024 });
  const stored = await writeObject(place, key, body, options);
  await unlink(path).catch((error: unknown) => {
    throw storageError(error, 'Cannot remove', path);
  });
  return stored;
}

/** Gives a finished file its mode, puts all of it on the disk, and tells what it is. */
async function seal(handle: FileHandle): Promise<BigIntStats> {
  const stats = await handle.stat({ bigint: true });
  if ((stats.mode & MODE_BITS) !== BigInt(OBJECT_MODE)) await handle.chmod(OBJECT_MODE);
  await handle.sync();
  return stats;
}

async function publish(
  place: Place,
  path: string,
  target: string,
  onlyIfAbsent: boolean,
  links: bigint,
): Promise<void> {
  if (onlyIfAbsent) {
    await inFolder(place, target, () => link(path, target));
    await unlink(path);
  } else {
    await inFolder(place, target, () => rename(path, target));
    // A rename between two names of one file does nothing.
    if (links > 1n) await unlinkIfThere(path);
  }
  await place.folders.sync(dirname(target));
}

async function unlinkIfThere(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
}

/** Does `work` in the folder of `path`, which it makes first; once more if somebody removed it meanwhile. */
async function inFolder<T>({ folders }: Place, path: string, work: () => Promise<T>): Promise<T> {
  await folders.ensure(dirname(path));
  try {
    return await work();
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
  folders.forget();
  await folders.ensure(dirname(path));
  return await work();
}

function existsOr(error: unknown, key: string, otherwise: () => unknown): unknown {
  if (!(error instanceof Error && 'syscall' in error)) return otherwise();
  if (errnoOf(error) !== 'EEXIST' || error.syscall !== 'link') return otherwise();
  return new ModelkeepError('conflict', `The object ${key} exists already`, { cause: error });
}
