import { freeChunk, type TakeBuffer } from '@modelkeep/core/spi';
import { type Bucket, place } from '../bucket.ts';
import { ObjectBody } from '../direct/object-body.ts';

/** Bytes of one object. */
export interface Range {
  readonly key: string;
  readonly start: number;
  /** The byte after the last one; may be infinite. */
  readonly end: number;
  /** So that all pieces are of one and the same object. */
  readonly etag: string | undefined;
}

export interface Opened {
  /** The bytes, in the memory of the reader if it has any. To be called once. */
  chunks(takeBuffer: TakeBuffer | undefined): AsyncIterable<Uint8Array>;
  /** Whether others wait for its connection, or may. */
  readonly othersWait: boolean;
  /** Bytes of the whole object. */
  readonly size: number;
  readonly etag: string | undefined;
}

/** Sends one request for the bytes of `range`. */
export async function ask(
  bucket: Bucket,
  { key, start, end, etag }: Range,
  signal: AbortSignal,
): Promise<Opened> {
  const { Body, ContentRange, ContentLength, ETag } = await bucket.client.send(
    new bucket.sdk.GetObjectCommand({
      ...place(bucket, key),
      Range: `bytes=${start}-${Number.isFinite(end) ? end - 1 : ''}`,
      ...(etag === undefined ? {} : { IfMatch: etag }),
    }),
    { abortSignal: signal },
  );
  const body = Body as unknown as ObjectBody | (AsyncIterable<Uint8Array> & { destroy(): void });
  const [, first, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(ContentRange ?? '') ?? [];
  if (Number(first ?? 0) !== start) {
    body.destroy();
    throw new Error(
      `the store answered ${ContentRange ?? 'without a range'} where byte ${start} was asked for`,
    );
  }
  const size = Number(total ?? ContentLength);
  return {
    chunks(takeBuffer) {
      if (body instanceof ObjectBody) return body.chunks(takeBuffer);
      return takeBuffer === undefined ? body : into(takeBuffer, body, Math.min(end, size) - start);
    },
    get othersWait() {
      // Node's own client does not tell.
      return !(body instanceof ObjectBody) || body.othersWait;
    },
    size,
    etag: ETag,
  };
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
    for (let from = 0; from < chunk.byteLength && left > 0; ) {
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
