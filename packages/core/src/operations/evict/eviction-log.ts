import type { EvictedModel, EvictionTotals } from '../../api/eviction.ts';

/** Counts what is evicted, and tells who listens. */
export interface EvictionLog {
  readonly totals: EvictionTotals;
  note(evicted: EvictedModel): void;
  /** Returns how to stop listening. */
  listen(listener: (evicted: EvictedModel) => void): () => void;
}

export function createEvictionLog(): EvictionLog {
  const listeners = new Set<(evicted: EvictedModel) => void>();
  let totals: EvictionTotals = { count: 0, bytes: 0 };
  return {
    get totals() {
      return totals;
    },
    note(evicted) {
      totals = { count: totals.count + 1, bytes: totals.bytes + evicted.freedBytes };
      for (const listener of listeners) listener(evicted);
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
