interface Waiter {
  readonly amount: number;
  readonly go: () => void;
}

/** So many bytes to share. Who waits is served in turn; who asks for more than there is gets all of it, alone. */
export class Budget {
  readonly #total: number;
  #free: number;
  readonly #waiting: Waiter[] = [];

  constructor(total: number) {
    this.#total = total;
    this.#free = total;
  }

  /** Waits for `amount` bytes; gives what hands them back. Rejects with the reason of an abort. */
  async take(amount: number, signal: AbortSignal | undefined): Promise<() => void> {
    const wanted = Math.min(amount, this.#total);
    signal?.throwIfAborted();
    if (this.#waiting.length === 0 && wanted <= this.#free) return this.#lend(wanted);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = { amount: wanted, go: resolve };
    const onAbort = (): void => {
      const at = this.#waiting.indexOf(waiter);
      if (at < 0) return;
      this.#waiting.splice(at, 1);
      this.#serve();
      reject(signal?.reason);
    };
    this.#waiting.push(waiter);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      await promise;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
    return this.#release(wanted);
  }

  /** Takes `amount` bytes if they are free at this moment. */
  takeNow(amount: number): (() => void) | undefined {
    return this.#waiting.length === 0 && amount <= this.#free ? this.#lend(amount) : undefined;
  }

  /** Whether somebody waits. */
  get isShort(): boolean {
    return this.#waiting.length > 0;
  }

  #lend(amount: number): () => void {
    this.#free -= amount;
    return this.#release(amount);
  }

  #release(amount: number): () => void {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#free += amount;
      this.#serve();
    };
  }

  #serve(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (next.amount > this.#free) return;
      this.#waiting.shift();
      this.#free -= next.amount;
      next.go();
    }
  }
}
