import { digestOfBytes, gitOidOfBytes } from '../hashing/hash-bytes.ts';
import { isModelkeepError, ModelkeepError } from '../spi/errors.ts';
import type { BlobRecord } from '../spi/metadata-store.ts';
import type { FetchCallbacks, FetchEnvironment, FetchTarget } from './fetch-target.ts';
import { mismatch, mismatchError } from './prove.ts';
import { RetryLine } from './retry.ts';

/** Files up to this many bytes are fetched whole, by one request, and hashed in memory. */
export const SMALL_FILE_BYTES: number = 1024 * 1024;

async function receive(
  env: FetchEnvironment,
  target: FetchTarget,
  callbacks: FetchCallbacks,
): Promise<Uint8Array> {
  const { source, modelId, commit, file } = target;
  await env.pauses.wait(source, callbacks.signal);
  const release = await env.slots.take('small', callbacks.signal);
  try {
    const chunks: Uint8Array[] = [];
    let received = 0;
    const { body } = await source.open(modelId, commit, file, { signal: callbacks.signal });
    for await (const chunk of body) {
      chunks.push(chunk);
      received += chunk.byteLength;
      callbacks.onReceived(chunk.byteLength);
      if (received > file.size) break;
    }
    if (received > file.size)
      throw mismatchError(target, `${file.size} bytes`, `more than ${file.size}`);
    if (received < file.size) {
      throw new ModelkeepError(
        'source-unavailable',
        `the answer of ${source.endpoint} ended after ${received} of ${file.size} bytes`,
        { retryable: true },
      );
    }
    return chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks, received);
  } finally {
    release();
  }
}

/** Fetches, proves and publishes a small file. A mismatch is tried once more, then it is final. */
export async function fetchSmall(
  env: FetchEnvironment,
  target: FetchTarget,
  callbacks: FetchCallbacks,
): Promise<BlobRecord> {
  const retries = new RetryLine(env, target, callbacks);
  let mismatches = 0;
  for (;;) {
    try {
      const bytes = await receive(env, target, callbacks);
      const hashes = {
        digest: digestOfBytes(bytes),
        ...(target.file.lfs ? {} : { gitOid: gitOidOfBytes(bytes) }),
      };
      const wrong = mismatch(target, hashes);
      if (wrong !== undefined) throw wrong;
      const record = await env.blobs.publishBytes(bytes, hashes);
      callbacks.onProgress(target.file.size);
      return record;
    } catch (error) {
      if (isModelkeepError(error, 'integrity-mismatch')) {
        mismatches += 1;
        if (mismatches > 1) throw error;
        callbacks.onRetry({
          type: 'retry',
          path: target.file.path,
          attempt: mismatches,
          delayMs: 0,
          reason: error.message,
        });
      } else {
        await retries.failed(error, 0);
      }
    }
  }
}
