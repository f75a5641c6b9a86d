import { createReadStream, type Stats } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { type ArchiveInput, ModelkeepError } from '@modelkeep/core/spi';

const CHUNK_BYTES = 1024 * 1024;
const ID = /^[0-9a-f]{32}$/;

type Input = ArchiveInput | { readonly folder: string };

/** Archives that clients sent, or that lie on the server's machine. */
export interface Uploads {
  /** An upload that is there to its end. Fails with `object-not-found` or `conflict`. */
  open(id: string): Promise<ArchiveInput>;
  /** An archive or an unpacked folder at an absolute path of this machine. */
  openPath(path: string): Promise<Input>;
  remove(id: string): Promise<void>;
}

/** `sizeOf`: how long an upload is to be; undefined if there is none. */
export function createUploads(
  folder: string,
  sizeOf: (id: string) => Promise<number | undefined>,
): Uploads {
  return {
    async open(id) {
      if (!ID.test(id)) throw noUpload(id);
      const size = await sizeOf(id);
      const path = join(folder, id);
      const facts = size === undefined ? undefined : await statOrUndefined(path);
      if (facts === undefined) throw noUpload(id);
      if (facts.size !== size) {
        throw new ModelkeepError(
          'conflict',
          `upload ${id} is not complete: ${facts.size} of ${size} bytes are here`,
        );
      }
      return fileInput(path, facts.size);
    },
    async openPath(path) {
      if (!isAbsolute(path)) {
        throw new ModelkeepError('invalid-argument', `${path} is no absolute path`);
      }
      const facts = await statOrUndefined(path);
      if (facts?.isDirectory()) return { folder: path };
      if (facts?.isFile()) return fileInput(path, facts.size);
      throw new ModelkeepError(
        'invalid-argument',
        `there is no file or folder ${path} on the server`,
      );
    },
    async remove(id) {
      if (!ID.test(id)) return;
      await rm(join(folder, id), { force: true });
      await rm(join(folder, `${id}.json`), { force: true });
    },
  };
}

function fileInput(path: string, size: number): ArchiveInput {
  return {
    path,
    size,
    stream: () =>
      createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Uint8Array>,
  };
}

async function statOrUndefined(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function noUpload(id: string): ModelkeepError {
  return new ModelkeepError('object-not-found', `there is no upload ${id}`);
}
