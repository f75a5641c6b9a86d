import { release } from '@modelkeep/archive-common';
import { archiveInvalid } from '@modelkeep/core/spi';
import { type Compression, createDecoder, pump } from './codecs.ts';

/** Frames in a row that give nothing; a real archive has one or two at most. */
const MOST_EMPTY_FRAMES = 16;

/** Chunks that were taken from a stream and not used can be put back. */
class Source {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #back: Uint8Array[] = [];

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  async next(): Promise<Uint8Array | undefined> {
    for (;;) {
      const back = this.#back.shift();
      if (back !== undefined) return back;
      const next = await this.#chunks.next();
      if (next.done === true) return undefined;
      if (next.value.length > 0) return next.value;
    }
  }

  putBack(chunks: readonly Uint8Array[]): void {
    this.#back = [...chunks, ...this.#back];
  }

  close(): void {
    release(this.#chunks);
  }
}

/** Chunks given to a decoder that it may not have consumed. */
class Fed {
  #chunks: Uint8Array[] = [];
  #end = 0;

  push(chunk: Uint8Array, consumed: number): void {
    this.#chunks = [...this.rest(consumed), chunk];
    this.#end += chunk.length;
  }

  rest(consumed: number): Uint8Array[] {
    let left = this.#end - consumed;
    const rest: Uint8Array[] = [];
    for (const chunk of this.#chunks.toReversed()) {
      if (left <= 0) break;
      const piece = chunk.subarray(Math.max(0, chunk.length - left));
      rest.unshift(piece);
      left -= piece.length;
    }
    return rest;
  }
}

function trailing(cause?: unknown): Error {
  return archiveInvalid({
    reason: 'trailing-bytes',
    problem: 'goes on after the end of its compressed data',
    remedy: 'Give one archive at a time, without anything behind it.',
    cause,
  });
}

function codecError(error: unknown, first: boolean): unknown {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  if (typeof code !== 'string' || !/^(?:Z_|ZSTD_)/.test(code)) return error;
  if (code === 'Z_BUF_ERROR') {
    return archiveInvalid({
      reason: 'truncated',
      problem: 'ends within its compressed data',
      remedy: 'The archive was not copied whole: copy it again.',
      cause: error,
    });
  }
  if (!first) return trailing(error);
  return archiveInvalid({
    reason: 'bad-compression',
    problem: `has damaged compressed data (${String(message)})`,
    cause: error,
  });
}

/** One gzip stream with all its members, or one or more zstd frames. Returns whether it gave anything. */
async function* decodeFrame(
  source: Source,
  compression: Compression,
  first: boolean,
): AsyncGenerator<Uint8Array, boolean> {
  const decoder = createDecoder(compression);
  const fed = new Fed();
  const pumping = pump(async () => {
    const chunk = await source.next();
    if (chunk !== undefined) fed.push(chunk, decoder.bytesWritten);
    return chunk;
  }, decoder);
  let any = false;
  try {
    for await (const chunk of decoder as AsyncIterable<Uint8Array>) {
      any = true;
      yield chunk;
    }
    await pumping;
    source.putBack(fed.rest(decoder.bytesWritten));
    return any;
  } catch (error) {
    const failure = await pumping;
    throw failure === undefined ? codecError(error, first) : failure.error;
  } finally {
    decoder.destroy();
  }
}

/** The bytes behind a compression. Damaged, cut or continued data fails with `archive-invalid`. */
export async function* decompress(
  bytes: AsyncIterable<Uint8Array>,
  compression: Compression,
): AsyncGenerator<Uint8Array> {
  const source = new Source(bytes);
  try {
    let empty = 0;
    for (let first = true; ; first = false) {
      const any = yield* decodeFrame(source, compression, first);
      const next = await source.next();
      if (next === undefined) return;
      empty = any ? 0 : empty + 1;
      if (compression === 'gzip' || empty > MOST_EMPTY_FRAMES) throw trailing();
      source.putBack([next]);
    }
  } finally {
    source.close();
  }
}
