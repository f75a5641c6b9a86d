import type { Dispatcher } from 'undici';

type Waiter = {
  readonly resolve: (result: IteratorResult<Uint8Array, undefined>) => void;
  readonly reject: (error: unknown) => void;
};

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };
const HIGH_WATER_BYTES = 128 * 1024;
const LOW_WATER_BYTES = 64 * 1024;
// A socket is worth reading this much of an unwanted body, not more.
const DISCARD_BYTES = 64 * 1024;

/** Hands over a response's bytes as they come, holding an eighth of a MiB or one read: the socket is paused above that. */
export class BodyReader implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #controller: Dispatcher.DispatchController;
  readonly #queue: Uint8Array[] = [];
  #head = 0;
  #queuedBytes = 0;
  #ended = false;
  #failed: { readonly error: unknown } | undefined;
  #discardLeft: number | undefined;
  #waiter: Waiter | undefined;
  #unread: NodeJS.Timeout | undefined;

  /** If reading does not begin within `timeoutMs`, the socket is closed and the reader fails with `reason()`. */
  constructor(
    controller: Dispatcher.DispatchController,
    unread: { readonly timeoutMs: number; readonly reason: () => Error },
  ) {
    this.#controller = controller;
    this.#unread = setTimeout(() => {
      if (this.#ended) return;
      this.fail(unread.reason(), true);
      controller.abort(new Error('body not read'));
    }, unread.timeoutMs);
    this.#unread.unref();
  }

  push(chunk: Uint8Array): void {
    if (this.#discardLeft !== undefined) {
      this.#discardLeft -= chunk.byteLength;
      if (this.#discardLeft < 0) this.#controller.abort(new Error('body not wanted'));
      return;
    }
    const waiter = this.#waiter;
    if (waiter !== undefined) {
      this.#waiter = undefined;
      waiter.resolve({ done: false, value: chunk });
      return;
    }
    this.#queue.push(chunk);
    this.#queuedBytes += chunk.byteLength;
    if (this.#queuedBytes > HIGH_WATER_BYTES) this.#controller.pause();
  }

  end(): void {
    this.#ended = true;
    this.#waiter?.resolve(DONE);
    this.#waiter = undefined;
  }

  /** What is queued is still handed over, unless the reader asked to stop at once. */
  fail(error: unknown, atOnce = false): void {
    if (this.#ended || this.#failed !== undefined) return;
    this.#failed = { error };
    if (atOnce) this.#drop();
    this.#waiter?.reject(error);
    this.#waiter = undefined;
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#startReading();
    const chunk = this.#queue[this.#head];
    if (chunk !== undefined) {
      this.#take(chunk);
      return Promise.resolve({ done: false, value: chunk });
    }
    if (this.#failed !== undefined) return Promise.reject(this.#failed.error);
    if (this.#ended || this.#discardLeft !== undefined) return Promise.resolve(DONE);
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject };
    });
  }

  return(): Promise<IteratorReturnResult<undefined>> {
    this.discard(0);
    return Promise.resolve(DONE);
  }

  discard(limit: number = DISCARD_BYTES): void {
    this.#startReading();
    if (this.#discardLeft !== undefined) return;
    this.#discardLeft = limit - this.#queuedBytes;
    this.#drop();
    if (this.#ended || this.#failed !== undefined) return;
    if (this.#discardLeft <= 0) this.#controller.abort(new Error('body not wanted'));
    else if (this.#controller.paused) this.#controller.resume();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #startReading(): void {
    clearTimeout(this.#unread);
    this.#unread = undefined;
  }

  #take(chunk: Uint8Array): void {
    this.#head++;
    this.#queuedBytes -= chunk.byteLength;
    if (this.#head === this.#queue.length) {
      this.#queue.length = 0;
      this.#head = 0;
    } else if (this.#head >= 64) {
      this.#queue.splice(0, this.#head);
      this.#head = 0;
    }
    if (this.#queuedBytes < LOW_WATER_BYTES && this.#controller.paused) this.#controller.resume();
  }

  #drop(): void {
    this.#queue.length = 0;
    this.#head = 0;
    this.#queuedBytes = 0;
  }
}
