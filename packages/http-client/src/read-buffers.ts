import type { OnReadOpts } from 'node:net';
import { freeChunk } from '@modelkeep/core/spi';

/** Node reads 64 KiB at a time. A file costs a third less with reads of this size. */
const READ_BYTES = 256 * 1024;
/** A read that brings less is copied, so that a short body does not hold a large buffer. */
const WORTH_LENDING_BYTES = 64 * 1024;
const MOST_FREE = 64;

/** Large buffers for the reads of sockets. Who looks at a chunk last gives its buffer back to be read into again. */
export class ReadBuffers {
  readonly #free: Buffer<ArrayBuffer>[] = [];
  /** Bytes of the read that each of our buffers holds; 0 for one that is not lent. */
  readonly #lent = new WeakMap<ArrayBufferLike, number>();

  /** The `onread` of one socket. `push` gets what was read, and says whether it wants more now. */
  onRead(push: (chunk: Buffer) => boolean): OnReadOpts {
    let current = this.#take();
    return {
      buffer: () => current,
      callback: (bytes) => {
        const chunk = current.subarray(0, bytes);
        if (bytes < WORTH_LENDING_BYTES) return push(Buffer.from(chunk));
        this.#lent.set(chunk.buffer, bytes);
        current = this.#take();
        return push(chunk);
      },
    };
  }

  /** Frees the memory behind a chunk, which must be of no use to anybody any more. To be called once. */
  release(chunk: Uint8Array): void {
    const { buffer, byteLength } = chunk;
    const bytes = this.#lent.get(buffer);
    if (bytes === undefined) {
      freeChunk(chunk);
      return;
    }
    // A part of a read: somebody may still look at the rest. The garbage collector knows when nobody does.
    if (bytes !== byteLength || !(buffer instanceof ArrayBuffer)) return;
    this.#lent.set(buffer, 0);
    if (this.#free.length < MOST_FREE) this.#free.push(Buffer.from(buffer));
  }

  #take(): Buffer<ArrayBuffer> {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(READ_BYTES);
  }
}
