import { isModelkeepError, ModelkeepError } from '../spi/errors.ts';
import { delay } from '../util/delay.ts';
import { backoffMs } from './backoff.ts';
import type { FetchCallbacks, FetchEnvironment, FetchTarget } from './fetch-target.ts';

/** Counts the failures of one line of requests since it last made progress, and waits between them. */
export class RetryLine {
  readonly #env: FetchEnvironment;
  readonly #target: FetchTarget;
  readonly #callbacks: FetchCallbacks;
  #attempts = 0;
  #mark = -1;

  constructor(env: FetchEnvironment, target: FetchTarget, callbacks: FetchCallbacks) {
    this.#env = env;
    this.#target = target;
    this.#callbacks = callbacks;
  }

  /**
   * Waits before the next try, or throws `error` if it is final or there were too many.
   * `progress` is any figure that grows when bytes arrive: it clears the count.
   */
  async failed(error: unknown, progress: number): Promise<void> {
    const { signal } = this.#callbacks;
    signal.throwIfAborted();
    if (!isModelkeepError(error) || !error.retryable) throw error;
    if (progress !== this.#mark) this.#attempts = 0;
    this.#mark = progress;
    this.#attempts += 1;
    if (this.#attempts >= this.#env.maxAttempts) throw givenUp(error, this.#target, this.#attempts);
    const delayMs = Math.max(
      backoffMs(this.#attempts, this.#env.retryDelayMs),
      error.retryAfterMs ?? 0,
    );
    if (error.code === 'rate-limited') this.#env.pauses.pause(this.#target.source, delayMs);
    this.#callbacks.onRetry({
      type: 'retry',
      path: this.#target.file.path,
      attempt: this.#attempts,
      delayMs,
      reason: error.message,
    });
    await delay(delayMs, signal);
  }
}

function givenUp(error: ModelkeepError, target: FetchTarget, attempts: number): ModelkeepError {
  return new ModelkeepError(
    error.code,
    `${target.file.path} of ${target.modelId}: ${error.message} (gave up after ${attempts} tries without a new byte; what arrived is kept, run the same command again to go on)`,
    {
      cause: error,
      retryable: true,
      details: { ...error.details, file: target.file.path },
    },
  );
}
