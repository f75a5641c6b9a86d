export interface BatcherOptions {
  /** Most items of one batch. Default: 2000. */
  readonly limit?: number;
  /** Milliseconds from the beginning of one batch to that of the next; more after one that took long. Default: 0. */
  readonly intervalMs?: number;
}

/** From the beginning of one batch to that of the next, at least so many times its length: on a slow disk they grow. */
const REST = 4;

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Joins calls that come while an earlier batch is under way, or soon after it began, into the next one, so that many small
 * writes cost few transactions. A call after a pause does not wait.
 * `run` answers in the order of its items; if it fails, every call of that batch fails.
 */
export function createBatcher<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
  { limit = 2000, intervalMs = 0 }: BatcherOptions = {},
): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let scheduled = false;
  let nextAt = Number.NEGATIVE_INFINITY;

  function schedule(): void {
    if (scheduled || waiting.length === 0) return;
    scheduled = true;
    const restMs = waiting.length >= limit ? 0 : nextAt - performance.now();
    // What is asked for in this turn of the event loop travels together.
    if (restMs <= 0) setImmediate(() => void runBatch());
    else setTimeout(() => void runBatch(), restMs);
  }

  async function runBatch(): Promise<void> {
    const batch = waiting.slice(0, limit);
    waiting = waiting.slice(limit);
    const begunAt = performance.now();
    nextAt = begunAt + intervalMs;
    try {
      const results = await run(batch.map(({ item }) => item));
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    if (intervalMs > 0) nextAt = Math.max(nextAt, begunAt + (performance.now() - begunAt) * REST);
    scheduled = false;
    schedule();
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      schedule();
    });
}
