import type { BufferPool } from './buffers.ts';

/** Buffers of the pool that one answer has at the moment. */
export class LentBuffers {
  readonly #pool: BufferPool;
  readonly #lent = new Map<ArrayBufferLike, Buffer>();

  constructor(pool: BufferPool) {
    this.#pool = pool;
  }

  /** A buffer for the next `bytes` bytes, or the first of them. */
  take(bytes: number): Buffer {
    const buffer = this.#pool.take(bytes);
    this.#lent.set(buffer.buffer, buffer);
    return buffer;
  }

  /** A chunk was sent: what it lies in is free again, if it was lent. */
  giveBack(chunk: Uint8Array): void {
    const buffer = this.#lent.get(chunk.buffer);
    if (buffer === undefined) return;
    this.#lent.delete(chunk.buffer);
    this.#pool.giveBack(buffer);
  }

  /** Forgets what was not given back: something on its way may still refer to it. */
  leave(): void {
    for (const buffer of this.#lent.values()) this.#pool.leave(buffer);
    this.#lent.clear();
  }
}
