import type { TakeBuffer } from '@modelkeep/core/spi';
import type { Bucket } from '../bucket.ts';
import type { Opened, Range } from './ask.ts';
import { bytesOf } from './bytes-of.ts';
import { Pace } from './pace.ts';
import { PIECE } from './piece-buffers.ts';

const MIB = 1024 * 1024;
/** A request is to bring what is read in so long: each costs a signature and often a connection, and holds one meanwhile. */
const REQUEST_MS = 1000;
/** What a first request brings comes at the pace of buffers on the way: the next ones grow step by step. */
const MOST_GROWTH = 8;
/** Requests ahead of the one that is read, memory allowing. */
const AHEAD = 3;

interface Fetched {
  readonly bytes: Promise<Buffer<ArrayBuffer>>;
  /** Hands its memory back. */
  readonly free: () => void;
}

/**
 * The bytes of `whole`, whose first piece is `first`. Where one request is slow, the next pieces are fetched while one is
 * read, as far as memory is free for them; otherwise one request follows the other, the longer the faster they are read.
 */
export async function* pieces(
  bucket: Bucket,
  whole: Range,
  first: Opened,
  takeBuffer: TakeBuffer | undefined,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const ahead = new Map<number, Fetched>();
  const part = (start: number, size: number): Range => ({
    ...whole,
    start,
    end: Math.min(start + size, whole.end),
  });
  const fetchAhead = (from: number): void => {
    const end = Math.min(from + AHEAD * PIECE, whole.end);
    for (let next = from; next < end; next += PIECE) {
      if (ahead.has(next)) continue;
      const free = bucket.ahead.takeNow(PIECE);
      if (free === undefined) return;
      const bytes = fetchWhole(bucket, part(next, PIECE), signal);
      bytes.catch(() => {});
      ahead.set(next, { bytes, free });
    }
  };
  let size = PIECE;
  let opened: Opened | undefined = first;
  try {
    for (let start = whole.start; start < whole.end; ) {
      const fetched = ahead.get(start);
      if (fetched !== undefined) {
        fetchAhead(start + PIECE);
        const bytes = await fetched.bytes;
        yield* slices(bytes, takeBuffer);
        ahead.delete(start);
        if (takeBuffer !== undefined) bucket.pieces.giveBack(bytes);
        fetched.free();
        start += bytes.byteLength;
        continue;
      }
      const range = part(start, size);
      const pace = new Pace();
      for await (const bytes of bytesOf(bucket, range, { opened, takeBuffer, pace, signal })) {
        if (pace.isSlow) fetchAhead(range.end);
        yield bytes;
      }
      const most = pace.isSlow ? PIECE : size * MOST_GROWTH;
      size = Math.min(Math.max(PIECE, pace.bytesIn(REQUEST_MS)), most);
      opened = undefined;
      start = range.end;
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
  const takeBuffer: TakeBuffer = () => bytes.subarray(filled);
  for await (const chunk of bytesOf(bucket, range, { takeBuffer, signal })) {
    filled += chunk.byteLength;
  }
  return bytes;
}

/** A piece bit by bit: as it lies, or copied into the memory of the reader. */
function* slices(
  bytes: Uint8Array,
  takeBuffer: TakeBuffer | undefined,
): Generator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.byteLength; ) {
    const target = takeBuffer?.(bytes.byteLength - at);
    const slice = bytes.subarray(at, at + Math.min(target?.byteLength ?? MIB, MIB));
    target?.set(slice);
    yield target?.subarray(0, slice.byteLength) ?? slice;
    at += slice.byteLength;
  }
}
