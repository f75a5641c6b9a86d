import { delay } from '../util/delay.ts';
import type { ByteSource } from './fetch-target.ts';

/** When an upstream says "not now", all requests to it wait, not only the one that was told. */
export class SourcePauses {
  readonly #until = new WeakMap<ByteSource, number>();

  pause(source: ByteSource, ms: number): void {
    this.#until.set(source, Math.max(this.#until.get(source) ?? 0, performance.now() + ms));
  }

  async wait(source: ByteSource, signal: AbortSignal): Promise<void> {
    for (;;) {
      const rest = (this.#until.get(source) ?? 0) - performance.now();
      if (rest <= 0) return;
      await delay(rest, signal);
    }
  }
}
