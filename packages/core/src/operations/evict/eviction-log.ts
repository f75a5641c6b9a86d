import type { EvictedModel, EvictionTotals } from '../../api/eviction.ts';
import { createListeners, type Listeners } from '../../util/listeners.ts';

/** Counts what is evicted, and tells who listens. */
export interface EvictionLog extends Pick<Listeners<EvictedModel>, 'listen'> {
  readonly totals: EvictionTotals;
  note(evicted: EvictedModel): void;
}

export function createEvictionLog(): EvictionLog {
  const { tell, listen } = createListeners<EvictedModel>();
  let totals: EvictionTotals = { count: 0, bytes: 0 };
  return {
    get totals() {
      return totals;
    },
    note(evicted) {
      totals = { count: totals.count + 1, bytes: totals.bytes + evicted.freedBytes };
      tell(evicted);
    },
    listen,
  };
}
