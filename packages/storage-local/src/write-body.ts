import type { FileHandle } from 'node:fs/promises';
import { abortable, ModelkeepError, type StorageWriteOptions } from '@modelkeep/core/spi';

const BATCH = 1024 * 1024;
/** A chunk of this size is worth a write of its own. */
const LARGE = 256 * 1024;

/** Writes all of `body`, small chunks together. Fails unless it has the declared size. */
export async function writeBody(
  handle: FileHandle,
  key: string,
  body: AsyncIterable<Uint8Array>,
  { size, signal }: StorageWriteOptions,
): Promise<void> {
  const batch = Buffer.allocUnsafeSlow(Math.min(size ?? BATCH, BATCH));
  let batched = 0;
  let position = 0;
  let total = 0;
  for await (const chunk of abortable(body, signal)) {
    total += chunk.byteLength;
    if (total > (size ?? total)) throw wrongSize(key, `more than ${size}`, size);
    if (chunk.byteLength > batch.byteLength - batched || chunk.byteLength >= LARGE) {
      await writeAll(handle, batch.subarray(0, batched), position);
      position += batched;
      batched = 0;
    }
    if (chunk.byteLength >= LARGE || chunk.byteLength > batch.byteLength) {
      await writeAll(handle, chunk, position);
      position += chunk.byteLength;
    } else {
      batch.set(chunk, batched);
      batched += chunk.byteLength;
    }
  }
  if (total !== (size ?? total)) throw wrongSize(key, `${total}`, size);
  await writeAll(handle, batch.subarray(0, batched), position);
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength; ) {
    const length = bytes.byteLength - done;
    done += (await handle.write(bytes, done, length, position + done)).bytesWritten;
  }
}

/** The error for an object whose bytes are not those that were declared. */
export function wrongSize(key: string, found: string, size: number | undefined): ModelkeepError {
  const message = `${key} has ${found} bytes where ${size} were expected; it was not stored`;
  return new ModelkeepError('storage-failed', message, { details: { key, found, expected: size } });
}
