import { isModelkeepError, ModelkeepError } from '../spi/errors.ts';
import { LruMap } from '../util/lru-map.ts';

/** How long somebody waits for a store that answered before, when there is an older answer. */
const PATIENCE_MS = 1_000;
/** How long somebody waits who has none: less than the ten seconds after which clients give up. */
const LAST_PATIENCE_MS = 8_000;
/** Pause between two questions to a store that is away. */
const PROBE_MS = 500;
const REMEMBERED = 20_000;

export interface StoreMemoryOptions {
  /** Most answers that are remembered; those that were used last. Default: 20,000. */
  readonly limit?: number;
  /** How long an answer counts after the store gave it, ms. Default: for ever. */
  readonly keptMs?: number;
  readonly now?: () => number;
}

interface Answer<Value> {
  readonly value: Value;
  readonly givenAt: number;
}

/** Whether the store cannot be reached at the moment. */
function isAway(error: unknown): error is ModelkeepError {
  return isModelkeepError(error, 'storage-failed') && error.retryable;
}

/**
 * What the metadata store said, for reads that go on while it is away or hangs: each question is still asked, and its last
 * answer given where there is no new one. While the store is known to be away it is asked behind the readers' backs.
 */
export class StoreMemory {
  readonly #answers: LruMap<string, Answer<unknown>>;
  readonly #keptMs: number;
  readonly #now: () => number;
  #outage: { readonly error: ModelkeepError; readonly isSlow: boolean } | undefined;
  #probeAt = 0;

  constructor(options: StoreMemoryOptions = {}) {
    this.#answers = new LruMap(options.limit ?? REMEMBERED);
    this.#keptMs = options.keptMs ?? Number.POSITIVE_INFINITY;
    this.#now = options.now ?? Date.now;
  }

  /** Whether the last question found the store away. */
  get isAway(): boolean {
    return this.#outage !== undefined;
  }

  /** What `look` finds; what it found before under this `key` while the store is away, or else the failure. */
  async ask<Value>(key: string, look: () => Promise<Value>): Promise<Value> {
    const known = this.#known<Value>(key);
    const outage = this.#outage;
    if (outage !== undefined) {
      const isDue = performance.now() >= this.#probeAt;
      if (isDue) this.#probeAt = performance.now() + PROBE_MS;
      if (known !== undefined) {
        if (isDue) this.#look(key, look).catch(() => {});
        return known.value;
      }
      if (!isDue && !outage.isSlow) throw outage.error;
    }
    const patienceMs = known === undefined ? LAST_PATIENCE_MS : PATIENCE_MS;
    try {
      return await this.#within(patienceMs, this.#look(key, look));
    } catch (error) {
      if (known === undefined || !isAway(error)) throw error;
      return known.value;
    }
  }

  /** Forgets all answers, after a change to the store: from now on only new ones count, and it is asked for them at once. */
  forget(): void {
    this.#answers.clear();
    this.#outage = undefined;
  }

  #known<Value>(key: string): Answer<Value> | undefined {
    const known = this.#answers.get(key) as Answer<Value> | undefined;
    return known !== undefined && this.#now() - known.givenAt < this.#keptMs ? known : undefined;
  }

  async #look<Value>(key: string, look: () => Promise<Value>): Promise<Value> {
    try {
      const value = await look();
      this.#outage = undefined;
      this.#answers.set(key, { value, givenAt: this.#now() });
      return value;
    } catch (error) {
      if (isAway(error)) this.#away(error, false);
      // A store that says no is there.
      else if (isModelkeepError(error)) this.#outage = undefined;
      throw error;
    }
  }

  #away(error: ModelkeepError, isSlow: boolean): void {
    this.#outage = { error, isSlow };
    this.#probeAt = performance.now() + PROBE_MS;
  }

  async #within<Value>(ms: number, looking: Promise<Value>): Promise<Value> {
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const message = `the metadata store has not answered for ${ms / 1000} s; try again`;
      const error = new ModelkeepError('storage-failed', message, { retryable: true });
      this.#away(error, true);
      reject(error);
    }, ms);
    looking.catch(() => {});
    try {
      return await Promise.race([looking, promise]);
    } finally {
      clearTimeout(timer);
    }
  }
}
