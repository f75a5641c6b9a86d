import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { CoreContext } from '../../context.ts';
import { ModelkeepError } from '../../spi/errors.ts';
import type { Digest } from '../../spi/model.ts';

const READ_BYTES = 1024 * 1024;

async function* fileBytes(
  path: string,
  size: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const options = signal === undefined ? {} : { signal };
  if (size <= READ_BYTES) yield await readFile(path, options);
  else
    yield* createReadStream(path, {
      highWaterMark: READ_BYTES,
      ...options,
    }) as AsyncIterable<Uint8Array>;
}

/** A blob's bytes in large chunks: from its own file where the storage has one. */
export async function* readBlob(
  ctx: CoreContext,
  digest: Digest,
  size: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const path = ctx.blobs.localPath(digest);
  if (path === undefined) {
    yield* await ctx.blobs.read(digest, signal === undefined ? {} : { signal });
    return;
  }
  try {
    yield* fileBytes(path, size, signal);
  } catch (cause) {
    signal?.throwIfAborted();
    throw new ModelkeepError(
      'storage-failed',
      `the blob ${digest} cannot be read: ${(cause as Error).message}; run: modelkeep verify --repair`,
      { cause },
    );
  }
}
