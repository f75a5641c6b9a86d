/** What a connection is for. A small file never waits behind the ranges of large ones. */
export type SlotKind = 'small' | 'large';

interface Waiter {
  readonly grant: () => void;
}

/** The connections that may be in use at once, over all flights. */
export class ConnectionSlots {
  readonly #limit: number;
  readonly #largeLimit: number;
  readonly #waiting: Readonly<Record<SlotKind, Set<Waiter>>> = {
    small: new Set(),
    large: new Set(),
  };
  readonly #used: Record<SlotKind, number> = { small: 0, large: 0 };

  constructor(limit: number) {
    this.#limit = limit;
    // A few stay free for small files while large ones take all they can get.
    this.#largeLimit = limit > 8 ? limit - Math.ceil(limit / 8) : limit;
  }

  get largeLimit(): number {
    return this.#largeLimit;
  }

  /** Waits for a connection. Call the returned function once, when it is free again. */
  async take(kind: SlotKind, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (!this.#free(kind)) await this.#wait(kind, signal);
    else this.#used[kind] += 1;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#used[kind] -= 1;
      this.#grantNext();
    };
  }

  #free(kind: SlotKind): boolean {
    const used = this.#used.small + this.#used.large;
    return used < this.#limit && (kind === 'small' || this.#used.large < this.#largeLimit);
  }

  #wait(kind: SlotKind, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const queue = this.#waiting[kind];
      const onAbort = (): void => {
        queue.delete(waiter);
        reject(signal.reason);
      };
      const waiter: Waiter = {
        grant: () => {
          signal.removeEventListener('abort', onAbort);
          queue.delete(waiter);
          this.#used[kind] += 1;
          resolve();
        },
      };
      queue.add(waiter);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  #grantNext(): void {
    for (const kind of ['small', 'large'] as const) {
      for (const waiter of this.#waiting[kind]) {
        if (!this.#free(kind)) break;
        waiter.grant();
      }
    }
  }
}
