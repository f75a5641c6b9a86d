/** Work side by side: the first failure ends all of it. */
export class Lanes {
  readonly #stopping = new AbortController();
  readonly #signal: AbortSignal;
  readonly #running = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;

  constructor(signal: AbortSignal) {
    this.#signal = AbortSignal.any([signal, this.#stopping.signal]);
  }

  /** Begins `work`, and `done` after it. Fails where an earlier one has failed. */
  async start(work: (signal: AbortSignal) => Promise<void>, done: () => void): Promise<void> {
    if (this.#failure !== undefined) {
      done();
      throw this.#failure.error;
    }
    const running = work(this.#signal)
      .catch((error: unknown) => {
        this.#failure ??= { error };
        this.#stopping.abort(error);
      })
      .finally(() => {
        done();
        this.#running.delete(running);
      });
    this.#running.add(running);
  }

  /** Waits for all, and fails as the first that failed. */
  async finish(): Promise<void> {
    await Promise.all(this.#running);
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Ends all. */
  async stop(reason: unknown): Promise<void> {
    this.#stopping.abort(reason);
    await Promise.all(this.#running);
  }
}
