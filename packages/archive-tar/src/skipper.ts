import { archiveInvalid } from '@modelkeep/core/spi';
import { type ByteReader, truncated } from './byte-reader.ts';

/** Bytes that may be passed over however well they were compressed, and beyond them how many for each compressed byte. */
const FREE_SKIP = 256 * 1024 * 1024;
const MOST_RATIO = 100;

/** Passes over content that nobody wants. What was compressed may not cost much more to pass over than it took to send. */
export class Skipper {
  readonly #reader: ByteReader;
  readonly #compressedBytes: () => number;
  #skipped = 0;

  constructor(reader: ByteReader, compressedBytes: () => number) {
    this.#reader = reader;
    this.#compressedBytes = compressedBytes;
  }

  async skip(state: { left: number; member: string }): Promise<void> {
    while (state.left > 0) {
      const length = await this.#reader.skip(state.left);
      if (length === 0) throw truncated(state.member);
      state.left -= length;
      this.#skipped += length;
      if (this.#skipped > FREE_SKIP + MOST_RATIO * this.#compressedBytes()) {
        throw archiveInvalid({
          reason: 'too-many-bytes',
          member: state.member,
          problem: 'unpacks to far more than was sent, and is no part of the model',
          remedy: 'Leave out what does not belong to the model.',
        });
      }
    }
  }
}
