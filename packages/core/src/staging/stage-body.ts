import { type FileHandle, open, rm } from 'node:fs/promises';
import type { HashPool } from '../hashing/hash-pool.ts';
import { ModelkeepError } from '../spi/errors.ts';
import type { Digest, GitOid } from '../spi/model.ts';
import { WriteBack } from '../spi/write-back.ts';
import { workspaceError } from '../util/fs-errors.ts';
import { BatchedWriter } from './batched-writer.ts';

/** A finished, hashed file that is not in the store yet. */
export interface StagedBlob {
  readonly path: string;
  readonly size: number;
  readonly digest: Digest;
  readonly gitOid?: GitOid;
}

export interface StageOptions {
  /** Bytes that `body` must give. */
  readonly size: number;
  /** Compute the git blob id as well. */
  readonly gitOid: boolean;
  readonly signal?: AbortSignal;
}

/** Returns the bytes that came, which may be one chunk more than `size`; what is beyond is not written. */
async function writeAll(
  writer: BatchedWriter,
  body: AsyncIterable<Uint8Array>,
  size: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  let received = 0;
  for await (const chunk of body) {
    signal?.throwIfAborted();
    received += chunk.byteLength;
    if (received > size) break;
    await writer.push(chunk);
  }
  await writer.flush();
  return received;
}

/**
 * Writes `body` to a new file at `path`, hashing it on the way. On any failure the file is gone.
 * A body of another length than `size` fails with `integrity-mismatch`.
 */
export async function stageBody(
  hashing: HashPool,
  path: string,
  body: AsyncIterable<Uint8Array>,
  options: StageOptions,
): Promise<StagedBlob> {
  const { size, gitOid, signal } = options;
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'wx', 0o644);
    const hash = hashing.follow(path, {
      size,
      gitOid,
      ...(signal === undefined ? {} : { signal }),
    });
    try {
      const writeBack = new WriteBack(handle);
      const writer = new BatchedWriter(handle, 0, (start, end) => {
        hash.advance(end);
        writeBack.note(end - start);
      });
      const received = await writeAll(writer, body, size, signal);
      if (received !== size) {
        throw new ModelkeepError(
          'integrity-mismatch',
          `expected ${size} bytes, found ${received > size ? `more than ${size}` : received}`,
          { details: { expected: size, found: received } },
        );
      }
      const hashes = await hash.result;
      await writeBack.settle();
      return { path, size, ...hashes };
    } finally {
      hash.cancel();
    }
  } catch (error) {
    await rm(path, { force: true });
    throw workspaceError(error, `could not write ${path}`);
  } finally {
    await handle?.close();
  }
}
