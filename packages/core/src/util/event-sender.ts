/** A listener that can be called without care: none given does nothing, and one that throws never fails the operation. */
export function safeListener<Told>(
  listener: ((told: Told) => void) | undefined,
): (told: Told) => void {
  if (listener === undefined) return () => {};
  return (told) => {
    try {
      listener(told);
    } catch {
      // The contract of CacheEvent and of CacheInspection: a listener cannot fail an operation.
    }
  };
}
