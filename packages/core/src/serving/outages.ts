import type { Connection } from '../api/options.ts';
import { isModelkeepError, ModelkeepError } from '../spi/errors.ts';

/** How long a source that is away is left in peace before it is asked again. */
const PROBE_MS = 5_000;
/** How long a client waits for a source when there is something to serve. */
const PATIENCE_MS = 3_000;
/** The same when there is nothing: less than the ten seconds after which clients give up by themselves and know no reason. */
const LAST_PATIENCE_MS = 8_000;

/** An upstream that is away, slow or refusing never hurts what is known. */
export function isOutage(error: unknown): error is ModelkeepError {
  return (
    isModelkeepError(error, 'source-unavailable') ||
    isModelkeepError(error, 'rate-limited') ||
    isModelkeepError(error, 'offline')
  );
}

interface Outage {
  readonly error: ModelkeepError;
  probeAt: number;
}

/** Knows which sources are away, so that nobody for whom there is something to serve waits for them. */
export class Outages {
  readonly #away = new Map<string, Outage>();

  /**
   * What `ask` finds, for a caller that has another answer: it is told within seconds, and at once while the source is
   * known to be away. Then the source is asked behind the caller's back now and again, until it answers.
   */
  async ask<T>({ name, source }: Connection, ask: () => Promise<T>): Promise<T> {
    const outage = this.#away.get(name);
    if (outage === undefined) return this.#within(name, source.endpoint, PATIENCE_MS, ask());
    if (performance.now() >= outage.probeAt) {
      outage.probeAt = performance.now() + PROBE_MS;
      this.watch(name, ask());
    }
    throw outage.error;
  }

  /** What `asking` finds, for a caller that has no other answer. */
  askAnyway<T>({ name, source }: Connection, asking: Promise<T>): Promise<T> {
    return this.#within(name, source.endpoint, LAST_PATIENCE_MS, asking);
  }

  /** Learns from what comes of a question that nobody waits for. */
  watch(name: string, asking: Promise<unknown>): void {
    asking.then(
      () => this.#away.delete(name),
      (error: unknown) => this.#failed(name, error),
    );
  }

  #failed(name: string, error: unknown): void {
    if (isOutage(error)) {
      const restMs = Math.max(PROBE_MS, error.retryAfterMs ?? 0);
      this.#away.set(name, { error, probeAt: performance.now() + restMs });
    } else if (isModelkeepError(error)) {
      // A source that says no is there.
      this.#away.delete(name);
    }
  }

  async #within<T>(name: string, endpoint: string, ms: number, asking: Promise<T>): Promise<T> {
    this.watch(name, asking);
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const slow = `${endpoint} has not answered for ${ms / 1000} seconds`;
      const error = new ModelkeepError('source-unavailable', slow, { retryable: true });
      this.#failed(name, error);
      reject(error);
    }, ms);
    try {
      return await Promise.race([asking, promise]);
    } finally {
      clearTimeout(timer);
    }
  }
}
