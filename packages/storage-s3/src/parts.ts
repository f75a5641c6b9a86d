import type { FileHandle } from 'node:fs/promises';
import { abortable, ModelkeepError } from '@modelkeep/core/spi';
import type { Budget } from './budget.ts';
import { wrongSize } from './errors.ts';

/** A piece of an object that is in memory. */
export interface Part {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly isLast: boolean;
  /** Hands its memory back. */
  free(): void;
}

const MIB = 1024 * 1024;
const USUAL_PART = 8 * MIB;
/** Without a size: enough for 156 GiB. */
const UNSIZED_PART = 16 * MIB;
const MOST_PARTS = 10_000;

/** All parts but the last one are so large: some stores want them equal. */
function partBytes(size: number | undefined): number {
  if (size === undefined) return UNSIZED_PART;
  const least = Math.ceil(size / MOST_PARTS / MIB) * MIB;
  return Math.max(USUAL_PART, least);
}

/** The parts of a file of `size` bytes, at least one. */
export async function* partsOfFile(
  handle: FileHandle,
  size: number,
  key: string,
  memory: Budget,
  signal: AbortSignal,
): AsyncGenerator<Part, void, undefined> {
  const most = partBytes(size);
  for (let start = 0; start === 0 || start < size; start += most) {
    const length = Math.min(most, size - start);
    const free = await memory.take(length, signal);
    let isOurs = true;
    try {
      const bytes = Buffer.allocUnsafeSlow(length);
      for (let done = 0; done < length; ) {
        signal.throwIfAborted();
        const { bytesRead } = await handle.read(bytes, done, length - done, start + done);
        if (bytesRead === 0) throw wrongSize(key, `${start + done}`, size);
        done += bytesRead;
      }
      isOurs = false;
      yield { bytes, isLast: start + length >= size, free };
    } finally {
      if (isOurs) free();
    }
  }
}

/** The parts of a body, at least one. Fails where it has not the declared size. */
export async function* partsOfBody(
  body: AsyncIterable<Uint8Array>,
  size: number | undefined,
  key: string,
  memory: Budget,
  signal: AbortSignal,
): AsyncGenerator<Part, void, undefined> {
  const most = Math.min(partBytes(size), size ?? Number.POSITIVE_INFINITY);
  let total = 0;
  let parts = 0;
  let filled = 0;
  let buffer = Buffer.alloc(0);
  let ours: (() => void) | undefined;
  const hand = (isLast: boolean): Part => {
    const free = ours ?? (() => {});
    ours = undefined;
    return { bytes: buffer.subarray(0, filled), isLast, free };
  };
  try {
    for await (const chunk of abortable(body, signal)) {
      total += chunk.byteLength;
      if (total > (size ?? total)) throw wrongSize(key, `more than ${size}`, size);
      for (let from = 0; from < chunk.byteLength; ) {
        // A full part is handed out when more comes, so that the last one is known.
        if (filled === most) {
          parts += 1;
          if (parts >= MOST_PARTS) throw tooLarge(key);
          yield hand(false);
        }
        if (ours === undefined) {
          ours = await memory.take(most, signal);
          buffer = Buffer.allocUnsafeSlow(most);
          filled = 0;
        }
        const piece = chunk.subarray(from, from + most - filled);
        buffer.set(piece, filled);
        filled += piece.byteLength;
        from += piece.byteLength;
      }
    }
    if (total !== (size ?? total)) throw wrongSize(key, `${total}`, size);
    yield hand(true);
  } finally {
    ours?.();
  }
}

function tooLarge(key: string): ModelkeepError {
  const gib = Math.floor((MOST_PARTS * UNSIZED_PART) / MIB / 1024);
  const message = `${key} has more than ${gib} GiB: an object so large must be written with its size`;
  return new ModelkeepError('storage-failed', message);
}
