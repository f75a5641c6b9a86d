import { setTimeout as sleep } from 'node:timers/promises';
import {
  freeChunk,
  ModelkeepError,
  type StorageReadOptions,
  type TakeBuffer,
} from '@modelkeep/core/spi';
import { type Bucket, place } from './bucket.ts';
import { isBeyondEnd, isMissing, isRefusedCondition, notFound, storageError } from './errors.ts';
import { PIECE } from './piece-buffers.ts';
import { findObject } from './stored-object.ts';

const MIB = 1024 * 1024;
/** Requests ahead of the one that is read, memory allowing. */
const AHEAD = 3;
/** Tries of one piece without any new byte. */
const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 50;

interface Range {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  /** So that all pieces are of one and the same object. */
  readonly etag: string | undefined;
}

/** The bytes of the object from `start` to `end`: several requests side by side where there are many. */
export async function readObject(
  bucket: Bucket,
  key: string,
  { start = 0, end = Number.POSITIVE_INFINITY, takeBuffer, signal }: StorageReadOptions,
): Promise<ReadableStream<Uint8Array>> {
  const stopping = new AbortController();
  const either =
    signal === undefined ? stopping.signal : AbortSignal.any([signal, stopping.signal]);
  if (end <= start) return await emptyRange(bucket, key, either);
  const first = await firstPiece(bucket, key, start, Math.min(end, start + PIECE), either);
  if (first === undefined) return emptyStream();
  const whole: Range = { key, start, end: Math.min(end, first.size), etag: first.etag };
  const bytes = pieces(bucket, whole, first.body, takeBuffer, either);
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

interface Answer {
  readonly body: AsyncIterable<Uint8Array>;
  /** Bytes of the whole object. */
  readonly size: number;
  readonly etag: string | undefined;
}

/** The first bytes, or undefined where there are none from `start` on. */
async function firstPiece(
  bucket: Bucket,
  key: string,
  start: number,
  end: number,
  signal: AbortSignal,
): Promise<Answer | undefined> {
  try {
    return await ask(bucket, { key, start, end, etag: undefined }, signal);
  } catch (error) {
    if (isMissing(error)) throw notFound(key);
    if (!isBeyondEnd(error)) throw error;
    if ((await findObject(bucket, key, signal)) === undefined) throw notFound(key);
    return undefined;
  }
}

async function ask(
  bucket: Bucket,
  { key, start, end, etag }: Range,
  signal: AbortSignal,
): Promise<Answer> {
  const answer = await bucket.client.send(
    new bucket.sdk.GetObjectCommand({
      ...place(bucket, key),
      Range: `bytes=${start}-${end - 1}`,
      ...(etag === undefined ? {} : { IfMatch: etag }),
    }),
    { abortSignal: signal },
  );
  const size = Number(/\/(\d+)$/.exec(answer.ContentRange ?? '')?.[1] ?? answer.ContentLength);
  if (answer.ContentRange === undefined && start > 0) {
    throw new Error('the store does not know ranges');
  }
  return { body: answer.Body as unknown as AsyncIterable<Uint8Array>, size, etag: answer.ETag };
}

/** The bytes of `range`, asked for again from where a body was cut. */
async function* bytesOf(
  bucket: Bucket,
  range: Range,
  opened: AsyncIterable<Uint8Array> | undefined,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  let position = range.start;
  let body = opened;
  let failures = 0;
  while (position < range.end) {
    try {
      body ??= (await ask(bucket, { ...range, start: position }, signal)).body;
      for await (const chunk of body) {
        const bytes = chunk.subarray(0, range.end - position);
        position += bytes.byteLength;
        failures = 0;
        yield bytes;
        if (position >= range.end) return;
      }
      throw new Error(`the body ended at byte ${position}`);
    } catch (error) {
      signal.throwIfAborted();
      failures += 1;
      if (isRefusedCondition(error) || isMissing(error) || failures >= ATTEMPTS) throw error;
      await sleep(Math.random() * FIRST_PAUSE_MS * 2 ** failures, undefined, { signal });
      body = undefined;
    }
  }
}

interface Fetched {
  readonly bytes: Promise<Buffer<ArrayBuffer>>;
  /** Hands its memory back. */
  readonly free: () => void;
}

/** The same bytes in the memory of the reader; that of `chunks` is freed at once. */
async function* into(
  takeBuffer: TakeBuffer,
  chunks: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let left = size;
  let target: Uint8Array | undefined;
  let filled = 0;
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.byteLength; ) {
      target ??= takeBuffer(left);
      const piece = chunk.subarray(from, from + Math.min(target.byteLength, left) - filled);
      target.set(piece, filled);
      filled += piece.byteLength;
      from += piece.byteLength;
      if (filled < Math.min(target.byteLength, left)) continue;
      yield target.subarray(0, filled);
      left -= filled;
      filled = 0;
      target = undefined;
    }
    freeChunk(chunk);
  }
  if (target !== undefined && filled > 0) yield target.subarray(0, filled);
}

async function* slices(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.byteLength; at += MIB) yield bytes.subarray(at, at + MIB);
}

/** The bytes of `whole`: one piece is read while the next ones are fetched, as far as memory is free for them. */
async function* pieces(
  bucket: Bucket,
  whole: Range,
  first: AsyncIterable<Uint8Array>,
  takeBuffer: TakeBuffer | undefined,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const given = (chunks: AsyncIterable<Uint8Array>, size: number): AsyncIterable<Uint8Array> =>
    takeBuffer === undefined ? chunks : into(takeBuffer, chunks, size);
  const ahead = new Map<number, Fetched>();
  const rangeAt = (start: number): Range => ({
    ...whole,
    start,
    end: Math.min(start + PIECE, whole.end),
  });
  try {
    for (let start = whole.start; start < whole.end; start += PIECE) {
      for (
        let next = start + PIECE;
        next <= start + AHEAD * PIECE && next < whole.end;
        next += PIECE
      ) {
        if (ahead.has(next)) continue;
        const free = bucket.ahead.takeNow(PIECE);
        if (free === undefined) break;
        const bytes = fetchWhole(bucket, rangeAt(next), signal);
        bytes.catch(() => {});
        ahead.set(next, { bytes, free });
      }
      const fetched = ahead.get(start);
      if (fetched === undefined) {
        const range = rangeAt(start);
        const opened = start === whole.start ? first : undefined;
        yield* given(bytesOf(bucket, range, opened, signal), range.end - start);
        continue;
      }
      const bytes = await fetched.bytes;
      yield* given(slices(bytes), bytes.byteLength);
      ahead.delete(start);
      if (takeBuffer !== undefined) bucket.pieces.giveBack(bytes);
      fetched.free();
    }
  } finally {
    for (const { bytes, free } of ahead.values()) void bytes.catch(() => {}).finally(free);
  }
}

async function fetchWhole(
  bucket: Bucket,
  range: Range,
  signal: AbortSignal,
): Promise<Buffer<ArrayBuffer>> {
  const bytes = bucket.pieces.take(range.end - range.start);
  let filled = 0;
  for await (const chunk of bytesOf(bucket, range, undefined, signal)) {
    bytes.set(chunk, filled);
    filled += chunk.byteLength;
    freeChunk(chunk);
  }
  return bytes;
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
