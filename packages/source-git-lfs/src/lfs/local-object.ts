import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RemoteBody, RemoteFile } from '@modelkeep/core/spi';
import { objectError } from './lfs-action.ts';

const PIECE = 1024 * 1024;
// Of a bare repository, and of a clone.
const PLACES = ['lfs/objects', '.git/lfs/objects'];

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Opens a content in the repository's own folder, where git-lfs keeps it by its sha256. */
export async function openLocalObject(
  repository: string,
  where: { readonly modelId: string; readonly file: RemoteFile },
  range: Range,
  signal: AbortSignal | undefined,
): Promise<RemoteBody> {
  const { modelId, file } = where;
  const oid = file.digest ?? '';
  const name = join(oid.slice(0, 2), oid.slice(2, 4), oid);
  for (const folder of [`${repository}.git`, repository]) {
    for (const place of PLACES) {
      const path = join(folder, place, name);
      if ((await sizeOf(path)) !== file.size) continue;
      const body = read(path, range, signal);
      return { start: range.start, size: file.size, etag: oid, body };
    }
  }
  throw objectError(
    { modelId, path: file.path, host: repository },
    { code: 404, message: 'no such object; fetch it there with: git lfs fetch --all' },
  );
}

async function* read(
  path: string,
  { start, end }: Range,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  const stream = createReadStream(path, { start, end: end - 1, highWaterMark: PIECE });
  for await (const chunk of stream) {
    signal?.throwIfAborted();
    yield chunk as Buffer;
    signal?.throwIfAborted();
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
