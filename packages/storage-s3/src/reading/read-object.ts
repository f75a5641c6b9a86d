import { ModelkeepError, type StorageReadOptions } from '@modelkeep/core/spi';
import type { Bucket } from '../bucket.ts';
import { isBeyondEnd, isMissing, isRefusedCondition, notFound, storageError } from '../errors.ts';
import { findObject } from '../stored-object.ts';
import { ask, type Opened, type Range } from './ask.ts';
import { pieces } from './pieces.ts';

/** The bytes of the object from `start` to `end`: by several requests where there are many. */
export async function readObject(
  bucket: Bucket,
  key: string,
  { start = 0, end = Number.POSITIVE_INFINITY, takeBuffer, signal }: StorageReadOptions,
): Promise<ReadableStream<Uint8Array>> {
  const stopping = new AbortController();
  const either =
    signal === undefined ? stopping.signal : AbortSignal.any([signal, stopping.signal]);
  if (end <= start) return await emptyRange(bucket, key, either);
  const first = await firstPiece(bucket, key, start, end, either);
  if (first === undefined) return emptyStream();
  const whole: Range = { key, start, end: Math.min(end, first.size), etag: first.etag };
  const bytes = pieces(bucket, whole, first, takeBuffer, either);
  return streamOf(bytes, { key, bucket: bucket.settings.bucket, signal, stopping });
}

async function emptyRange(
  bucket: Bucket,
  key: string,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  if ((await findObject(bucket, key, signal)) === undefined) throw notFound(key);
  return emptyStream();
}

function emptyStream(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.close() });
}

/** The first bytes, or undefined where there are none from `start` on. */
async function firstPiece(
  bucket: Bucket,
  key: string,
  start: number,
  end: number,
  signal: AbortSignal,
): Promise<Opened | undefined> {
  try {
    return await ask(bucket, { key, start, end, etag: undefined }, signal);
  } catch (error) {
    if (isMissing(error)) throw notFound(key);
    if (!isBeyondEnd(error)) throw error;
    if ((await findObject(bucket, key, signal)) === undefined) throw notFound(key);
    return undefined;
  }
}

interface StreamContext {
  readonly key: string;
  readonly bucket: string;
  readonly signal: AbortSignal | undefined;
  readonly stopping: AbortController;
}

function readError(error: unknown, key: string, bucket: string): ModelkeepError {
  if (!isRefusedCondition(error)) return storageError(error, `Cannot read ${key}`, bucket);
  const message = `${key} was changed by somebody else while it was read`;
  return new ModelkeepError('storage-failed', message, { retryable: true });
}

function streamOf(
  bytes: AsyncGenerator<Uint8Array, void, undefined>,
  { key, bucket, signal, stopping }: StreamContext,
): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await bytes.next();
          signal?.throwIfAborted();
          if (done === true) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          stopping.abort();
          void bytes.return().catch(() => {});
          const reason = signal?.aborted === true ? signal.reason : readError(error, key, bucket);
          controller.error(reason);
        }
      },
      cancel() {
        stopping.abort();
        void bytes.return().catch(() => {});
      },
    },
    // Nothing is fetched ahead of the first look.
    { highWaterMark: 0 },
  );
}
