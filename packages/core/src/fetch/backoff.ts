const MAX_DELAY_MS = 30_000;

/** Wait before try `attempt` (1 is the first repetition), with full jitter in its upper half, so that many clients do not return at once. */
export function backoffMs(
  attempt: number,
  firstDelayMs: number,
  random: () => number = Math.random,
): number {
  const ceiling = Math.min(MAX_DELAY_MS, firstDelayMs * 2 ** (attempt - 1));
  return Math.round(ceiling * (0.5 + random() / 2));
}
