import type { TakeBuffer } from '@modelkeep/core/spi';

/** Memory of a reader. What a request was given and did not fill, because it was broken off, the next one gets. */
export class LentMemory {
  readonly #takeBuffer: TakeBuffer;
  #waiting: Uint8Array[] = [];
  #spare: Uint8Array[] = [];

  constructor(takeBuffer: TakeBuffer) {
    this.#takeBuffer = takeBuffer;
  }

  readonly take: TakeBuffer = (bytes) => {
    const memory = this.#spare.pop() ?? this.#takeBuffer(bytes);
    this.#waiting.push(memory);
    return memory;
  };

  /** `chunk` goes to the reader, and with it the memory that it lies in. */
  give(chunk: Uint8Array): void {
    this.#waiting = this.#waiting.filter(
      ({ buffer, byteOffset }) => buffer !== chunk.buffer || byteOffset !== chunk.byteOffset,
    );
  }

  /** Nothing fills any more what was taken and not given. */
  reclaim(): void {
    this.#spare.push(...this.#waiting);
    this.#waiting = [];
  }
}
