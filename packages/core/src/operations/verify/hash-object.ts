import { createHash } from 'node:crypto';
import type { CoreContext } from '../../context.ts';
import { isModelkeepError } from '../../spi/errors.ts';
import type { Digest } from '../../spi/model.ts';

export interface HashOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((position: number) => void) | undefined;
}

/** sha256 of a local file, by the hash pool. */
export async function hashPath(
  ctx: CoreContext,
  path: string,
  size: number,
  { signal, onProgress }: HashOptions,
): Promise<Digest> {
  const { digest } = await ctx.hashing.hashFile(path, {
    size,
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  return digest;
}

/** sha256 of a blob's first `size` bytes as the storage has them now, whatever its name says. */
export async function hashObject(
  ctx: CoreContext,
  digest: Digest,
  size: number,
  options: HashOptions,
): Promise<Digest> {
  const path = ctx.blobs.localPath(digest);
  if (path !== undefined) return hashPath(ctx, path, size, options);
  // Bytes that come over a network wait for it longer than for the hash, and need no room on disk this way.
  const { signal, onProgress } = options;
  const hash = createHash('sha256');
  let position = 0;
  const body = await ctx.blobs.read(digest, signal === undefined ? {} : { signal });
  for await (const chunk of body) {
    signal?.throwIfAborted();
    hash.update(chunk);
    position += chunk.byteLength;
    onProgress?.(position);
  }
  return hash.digest('hex');
}

/** Whether a failure tells about the content that was read, and not about the call. */
export function isReadFailure(error: unknown): error is Error {
  return isModelkeepError(error, 'storage-failed') || isModelkeepError(error, 'object-not-found');
}
