import { statfs } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Storage } from '@modelkeep/core/spi';
import { deleteObject } from './delete-object.ts';
import { storageError } from './file-errors.ts';
import { Folders } from './folders.ts';
import { listObjects, statObject } from './list-objects.ts';
import { checkKey } from './object-keys.ts';
import { openDirectory } from './open-directory.ts';
import { ingestObject, type Place, writeObject } from './publish.ts';
import { readObject } from './read-object.ts';

export interface LocalStorageOptions {
  /** The folder of the objects, and the workspace of the cache. Made if it is absent. */
  readonly directory: string;
}

/** What a local folder can do beside the contract's minimum. */
export type LocalStorage = Storage &
  Required<Pick<Storage, 'ingestFile' | 'localPath' | 'capacity' | 'workspace'>>;

/**
 * A storage in a folder of this machine: the object `key` is the file `<directory>/<key>`, read-only (0444) in folders
 * that all may read (0755), whatever the umask. Reading needs no write access. The first parts of a key `hub`, `partial`,
 * `reserve`, `tmp` and `index.db` are refused: what is there is no object.
 */
export function localStorage(options: LocalStorageOptions): LocalStorage {
  const directory = resolve(options.directory);
  const place: Place = { directory, folders: new Folders(directory) };

  function localPath(key: string): string {
    checkKey(key);
    return join(directory, key);
  }

  return {
    specificationVersion: 'v1',
    name: 'local disk',
    features: { conditionalWrite: true },
    workspace: directory,
    localPath,

    async open(call) {
      call?.signal?.throwIfAborted();
      await openDirectory(directory, place.folders);
    },
    async close() {},
    async stat(key, call) {
      call?.signal?.throwIfAborted();
      checkKey(key);
      return await statObject(directory, key);
    },
    async read(key, call = {}) {
      call.signal?.throwIfAborted();
      return await readObject(localPath(key), key, call);
    },
    async write(key, body, call = {}) {
      call.signal?.throwIfAborted();
      checkKey(key);
      return await writeObject(place, key, body, call);
    },
    async ingestFile(key, path, call = {}) {
      call.signal?.throwIfAborted();
      checkKey(key);
      return await ingestObject(place, key, path, call);
    },
    async delete(key, call) {
      call?.signal?.throwIfAborted();
      checkKey(key);
      await deleteObject(place, key);
    },
    list: (prefix, call) => listObjects(directory, prefix, call?.signal),
    async capacity(call) {
      call?.signal?.throwIfAborted();
      const { blocks, bavail, bsize } = await statfs(directory).catch((error: unknown) => {
        throw storageError(error, 'Cannot ask for the room in', directory);
      });
      return { totalBytes: blocks * bsize, freeBytes: bavail * bsize };
    },
  };
}
