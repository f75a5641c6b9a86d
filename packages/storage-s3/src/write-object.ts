import { randomUUID } from 'node:crypto';
import { freeChunk, ModelkeepError, type StoredObject } from '@modelkeep/core/spi';
import { type Bucket, encryption, place } from './bucket.ts';
import { checksumOf } from './checksum.ts';
import { alreadyThere, attemptsOf, isConflict, isMissing, isRefusedCondition } from './errors.ts';
import { sendParts } from './multipart.ts';
import type { Part } from './parts.ts';
import { findObject, WRITE_ID } from './stored-object.ts';

const CONFLICT_TRIES = 5;

/** One object on its way into the bucket. */
export interface Upload {
  readonly bucket: Bucket;
  readonly key: string;
  /** Tells this write from any other of the same key. */
  readonly writeId: string;
  readonly onlyIfAbsent: boolean;
  readonly signal: AbortSignal;
}

/** Stores an object of `parts`: visible once the store has all of it. */
export async function writeObject(
  bucket: Bucket,
  key: string,
  parts: AsyncGenerator<Part, void, undefined>,
  options: { readonly onlyIfAbsent: boolean; readonly signal: AbortSignal },
): Promise<StoredObject> {
  const upload: Upload = { bucket, key, writeId: randomUUID(), ...options };
  try {
    const { value: first } = await parts.next();
    if (first === undefined) throw new Error('An object has one part at least');
    if (first.isLast) await settled(upload, CONFLICT_TRIES, () => putWhole(upload, first));
    else await settled(upload, 1, () => sendParts(upload, first, parts));
  } finally {
    await parts.return();
  }
  const found = await findObject(bucket, key, undefined);
  if (found !== undefined) return found.object;
  const message = `${key} was removed in the moment in which it was stored`;
  // For who stores only what is not there yet, a conflict is an object that is.
  const code = options.onlyIfAbsent ? 'storage-failed' : 'conflict';
  throw new ModelkeepError(code, message, { retryable: true });
}

/** Does `send`. An error may come of a request that was carried out, and whose answer was lost: then the object is ours. */
async function settled(upload: Upload, most: number, send: () => Promise<void>): Promise<void> {
  const { bucket, key, writeId, onlyIfAbsent } = upload;
  for (let tries = 1; ; tries += 1) {
    try {
      await send();
      return;
    } catch (error) {
      const refused = isRefusedCondition(error);
      if (!refused && !isConflict(error) && !isMissing(error)) throw error;
      const mayBeOurs = attemptsOf(error) > 1 || isConflict(error);
      const there = mayBeOurs || refused ? await findObject(bucket, key, undefined) : undefined;
      if (there?.writeId === writeId) return;
      if (onlyIfAbsent && (refused || there !== undefined)) throw alreadyThere(key);
      if (!isConflict(error) || tries >= most) throw error;
    }
  }
}

async function putWhole(upload: Upload, { bytes, free }: Part): Promise<void> {
  const { bucket, key, writeId, onlyIfAbsent, signal } = upload;
  try {
    await bucket.client.send(
      new bucket.sdk.PutObjectCommand({
        ...place(bucket, key),
        ...encryption(bucket),
        Body: bytes,
        ContentLength: bytes.byteLength,
        ChecksumCRC32: checksumOf(bytes),
        Metadata: { [WRITE_ID]: writeId },
        ...(onlyIfAbsent ? { IfNoneMatch: '*' } : {}),
      }),
      { abortSignal: signal },
    );
    freeChunk(bytes);
  } finally {
    free();
  }
}
