import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { CoreContext } from '../../context.ts';
import { ModelkeepError } from '../../spi/errors.ts';
import type { Digest } from '../../spi/model.ts';

const READ_BYTES = 1024 * 1024;

async function* fileBytes(
  path: string,
  { start, size }: BlobPart,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const options = signal === undefined ? {} : { signal };
  if (size <= READ_BYTES) yield (await readFile(path, options)).subarray(start);
  else
    yield* createReadStream(path, {
      start,
      highWaterMark: READ_BYTES,
      ...options,
    }) as AsyncIterable<Uint8Array>;
}

/** The bytes of a blob of `size` from `start` on. */
interface BlobPart {
  readonly start: number;
  readonly size: number;
}

/** A blob's bytes in large chunks: from its own file where the storage has one. */
export async function* readBlob(
  ctx: CoreContext,
  digest: Digest,
  part: BlobPart,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const path = ctx.blobs.localPath(digest);
  if (path === undefined) {
    yield* await ctx.blobs.read(digest, {
      start: part.start,
      ...(signal === undefined ? {} : { signal }),
    });
    return;
  }
  try {
    yield* fileBytes(path, part, signal);
  } catch (cause) {
    signal?.throwIfAborted();
    throw new ModelkeepError(
      'storage-failed',
      `the blob ${digest} cannot be read: ${(cause as Error).message}; run: modelkeep verify --repair`,
      { cause },
    );
  }
}
