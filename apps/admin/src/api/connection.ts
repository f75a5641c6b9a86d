import { pageBase } from './api-base.ts';

type Listener = () => void;

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 5000;
const PROBE_MS = 5000;

/** Whether the server answers. Once a request fails it is asked again and again, until it does. */
class Connection {
  #isUp = true;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wait = FIRST_WAIT_MS;
  readonly #listeners = new Set<Listener>();

  constructor() {
    window.addEventListener('online', () => this.#probeSoon(0));
    window.addEventListener('offline', () => this.failed());
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden && !this.#isUp) this.#probeSoon(0);
    });
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  answered(): void {
    this.#wait = FIRST_WAIT_MS;
    this.#set(true);
  }

  failed(): void {
    this.#set(false);
    this.#probeSoon(this.#wait);
  }

  /** Finds out whether the server answers: something else than a request says that it may not. */
  check(): void {
    if (this.#isUp) this.#probeSoon(0);
  }

  readonly subscribe = (listener: Listener): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #set(isUp: boolean): void {
    if (this.#isUp === isUp) return;
    this.#isUp = isUp;
    for (const listener of this.#listeners) listener();
  }

  #probeSoon(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#probe(), ms);
  }

  async #probe(): Promise<void> {
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT_MS);
    try {
      const signal = AbortSignal.timeout(PROBE_MS);
      await fetch(new URL('healthz', pageBase), { signal, cache: 'no-store' });
      this.answered();
    } catch {
      this.failed();
    }
  }
}

export const connection: Connection = new Connection();
