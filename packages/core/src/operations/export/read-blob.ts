import { createReadStream } from 'node:fs';
import type { CoreContext } from '../../context.ts';
import type { Digest } from '../../spi/model.ts';

const READ_BYTES = 1024 * 1024;

/** A blob's bytes in large chunks: from its own file where the storage has one. */
export async function* readBlob(
  ctx: CoreContext,
  digest: Digest,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const path = ctx.blobs.localPath(digest);
  if (path === undefined) {
    yield* await ctx.blobs.read(digest, signal === undefined ? {} : { signal });
    return;
  }
  yield* createReadStream(path, { highWaterMark: READ_BYTES }) as AsyncIterable<Uint8Array>;
}
