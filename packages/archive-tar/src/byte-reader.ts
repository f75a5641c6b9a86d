import { orAborted, release } from '@modelkeep/archive-common';
import { archiveInvalid } from '@modelkeep/core/spi';

const NOTHING = new Uint8Array(0);

/** Chunks in order, of which some need not be read. */
export interface ChunkSource {
  next(): Promise<IteratorResult<Uint8Array, unknown>>;
  /** Only of a file, of which the chunks are all: a place in them is one in the file. */
  readonly file?: {
    /** Bytes that were not given yet. */
    left(): Promise<number>;
    /** Passes over some of them; returns how many. */
    jump(bytes: number): Promise<number>;
  };
  return?(value?: unknown): Promise<IteratorResult<Uint8Array, unknown>>;
}

/** Reads a stream of chunks piece by piece. Large pieces are views of the chunks, never copies. */
export class ByteReader {
  readonly #chunks: ChunkSource;
  readonly #signal: AbortSignal | undefined;
  #chunk: Uint8Array = NOTHING;
  #offset = 0;
  #position = 0;
  #ended = false;

  constructor(chunks: ChunkSource, signal?: AbortSignal) {
    this.#chunks = chunks;
    this.#signal = signal;
  }

  /** Where in the file the next byte is; undefined for what is no file. */
  get filePosition(): number | undefined {
    return this.#chunks.file === undefined ? undefined : this.#position;
  }

  /** Bytes at hand without waiting. */
  get buffered(): number {
    return this.#chunk.length - this.#offset;
  }

  /** Waits until at least one byte is at hand. False at the end. */
  async fill(): Promise<boolean> {
    while (this.buffered === 0) {
      if (this.#ended) return false;
      this.#signal?.throwIfAborted();
      const next = await orAborted(this.#chunks.next(), this.#signal);
      if (next.done === true) {
        this.#ended = true;
        return false;
      }
      this.#chunk = next.value;
      this.#offset = 0;
    }
    return true;
  }

  /** At most `most` of the bytes at hand. */
  take(most: number): Uint8Array {
    const end = Math.min(this.#chunk.length, this.#offset + most);
    const piece = this.#chunk.subarray(this.#offset, end);
    this.#offset = end;
    this.#position += piece.length;
    return piece;
  }

  /** Whether there may be `length` bytes more; false only where there surely are not. */
  async mayHold(length: number): Promise<boolean> {
    const { file } = this.#chunks;
    return file === undefined || length <= this.buffered + (await file.left());
  }

  /** Passes over at most `most` bytes; returns how many, 0 only at the end. */
  async skip(most: number): Promise<number> {
    const { file } = this.#chunks;
    if (this.buffered === 0 && file !== undefined && !this.#ended) {
      this.#signal?.throwIfAborted();
      const jumped = await file.jump(most);
      this.#position += jumped;
      return jumped;
    }
    return (await this.fill()) ? this.take(most).length : 0;
  }

  /** Exactly `length` bytes; fewer only at the end of the stream. For small pieces: may copy. */
  async exactly(length: number): Promise<Uint8Array> {
    if (this.buffered >= length) return this.take(length);
    const whole = new Uint8Array(length);
    let filled = 0;
    while (filled < length && (await this.fill())) {
      const piece = this.take(length - filled);
      whole.set(piece, filled);
      filled += piece.length;
    }
    return filled === length ? whole : whole.subarray(0, filled);
  }

  /** Exactly `length` bytes, or `archive-invalid`. */
  async require(length: number, member: string | undefined): Promise<Uint8Array> {
    const bytes = await this.exactly(length);
    if (bytes.length < length) throw truncated(member);
    return bytes;
  }

  /** Frees the stream behind. Does not wait: a stream that hangs must not hold up an abort. */
  close(): void {
    this.#ended = true;
    this.#chunk = NOTHING;
    this.#offset = 0;
    release(this.#chunks);
  }
}

export function truncated(member: string | undefined): Error {
  return archiveInvalid({
    reason: 'truncated',
    ...(member === undefined ? {} : { member }),
    problem: member === undefined ? 'ends too early' : 'is cut short: the archive ends within it',
    remedy: 'The archive was not copied whole: copy it again.',
  });
}
