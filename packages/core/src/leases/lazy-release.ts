import type { LeaseKeeper } from './lease-keeper.ts';

const DELAY_MS = 100;

/** Gives leases back a moment later, many at once. What is left when the process ends, the keeper gives back as it closes. */
export class LazyRelease {
  readonly #keeper: LeaseKeeper;
  readonly #delayMs: number;
  readonly #keys = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(keeper: LeaseKeeper, delayMs: number = DELAY_MS) {
    this.#keeper = keeper;
    this.#delayMs = delayMs;
  }

  add(key: string): void {
    this.#keys.add(key);
    this.#timer ??= setTimeout(() => this.#release(), this.#delayMs).unref();
  }

  /** `keys` are about to be taken again: they are not given back, and what is being given back is waited for. */
  async keep(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#keys.delete(key);
    await this.#running;
  }

  #release(): void {
    this.#timer = undefined;
    const keys = [...this.#keys];
    this.#keys.clear();
    // Leases that cannot be given back now run out by themselves.
    this.#running = this.#running.then(() => this.#keeper.release(keys)).catch(() => {});
  }
}
