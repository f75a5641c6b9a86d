import type { CacheEvent, CacheEventListener } from '../api/events.ts';

/** A listener that can be called without care: none given does nothing, and one that throws never fails the operation. */
export function safeListener(onEvent: CacheEventListener | undefined): CacheEventListener {
  if (onEvent === undefined) return () => {};
  return (event: CacheEvent) => {
    try {
      onEvent(event);
    } catch {
      // The contract of CacheEvent: a listener cannot fail an operation.
    }
  };
}
