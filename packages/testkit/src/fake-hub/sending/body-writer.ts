import type { Writable } from 'node:stream';

/** Writes pieces of a body one at a time, and says whether they went out. */
export class BodyWriter {
  readonly #sink: Writable;
  readonly #signal: AbortSignal;
  readonly #count: (bytes: number) => void;

  /** `count` is told of every piece as it is handed over, and of its negative if it did not go out. */
  constructor(sink: Writable, signal: AbortSignal, count: (bytes: number) => void) {
    this.#sink = sink;
    this.#signal = signal;
    this.#count = count;
  }

  /** True once the kernel has taken the piece, false if the connection is gone. */
  write(piece: Buffer): Promise<boolean> {
    if (this.#signal.aborted) return Promise.resolve(false);
    this.#count(piece.length);
    return new Promise((resolve) => {
      let settled = false;
      const settle = (isSent: boolean): void => {
        if (settled) return;
        settled = true;
        this.#signal.removeEventListener('abort', gone);
        if (!isSent) this.#count(-piece.length);
        resolve(isSent);
      };
      const gone = (): void => settle(false);
      this.#signal.addEventListener('abort', gone);
      this.#sink.write(piece, (error) => settle(error === null || error === undefined));
    });
  }
}
