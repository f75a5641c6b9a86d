import type { TakeBuffer } from '@modelkeep/core/spi';
import type { Bucket } from '../bucket.ts';
import type { Opened, Range } from './ask.ts';
import { bytesOf } from './bytes-of.ts';
import { LentMemory } from './lent-memory.ts';
import { Pace } from './pace.ts';
import { PIECE } from './piece-buffers.ts';

const MIB = 1024 * 1024;
/** So long a connection that others wait for is kept, and so long each request takes from then on. */
const REQUEST_MS = 1000;
/** After slow ones requests grow step by step. */
const MOST_GROWTH = 8;
/** Requests ahead of the one that is read, memory allowing. */
const AHEAD = 3;

interface Fetched {
  readonly bytes: Promise<Buffer<ArrayBuffer>>;
  /** Hands its memory back. */
  readonly free: () => void;
}

/**
 * The bytes of `whole`, where `first` is the answer to a request for all of them, which is read to its end as long as all is
 * well. Where it is slow, the next pieces are fetched while it is read, as far as memory is free for them; where others wait
 * for its connection, shorter requests follow.
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
  const memory = takeBuffer === undefined ? undefined : new LentMemory(takeBuffer);
  let size = Number.POSITIVE_INFINITY;
  let opened: Opened | undefined = first;
  try {
    for (let at = whole.start; at < whole.end; ) {
      const fetched = ahead.get(at);
      if (fetched !== undefined) {
        fetchAhead(at + PIECE);
        const bytes = await fetched.bytes;
        for (const slice of slices(bytes, memory?.take)) {
          memory?.give(slice);
          yield slice;
        }
        ahead.delete(at);
        if (takeBuffer !== undefined) bucket.pieces.giveBack(bytes);
        fetched.free();
        at += bytes.byteLength;
        continue;
      }
      // Up to what comes already.
      const [next = whole.end] = ahead.keys();
      const range = part(at, Math.min(size, next - at));
      const pace = new Pace();
      const mostMs = Number.isFinite(size) ? Number.POSITIVE_INFINITY : REQUEST_MS;
      const onCut = (): void => memory?.reclaim();
      const options = { opened, takeBuffer: memory?.take, onCut, pace, mostMs, signal };
      let stop = range.end;
      for await (const bytes of bytesOf(bucket, range, options)) {
        if (pace.isSlow) {
          // One piece more is read here while those after it come.
          const after = Math.min(at + bytes.byteLength + PIECE, range.end);
          const from = ahead.size === 0 ? after : stop;
          fetchAhead(from);
          if (ahead.has(from)) stop = from;
        }
        const wanted = bytes.subarray(0, stop - at);
        at += wanted.byteLength;
        memory?.give(wanted);
        yield wanted;
        if (at === stop) break;
      }
      memory?.reclaim();
      const most = pace.isSlow ? PIECE : size * MOST_GROWTH;
      size = Math.min(Math.max(PIECE, pace.bytesIn(REQUEST_MS)), most);
      opened = undefined;
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
