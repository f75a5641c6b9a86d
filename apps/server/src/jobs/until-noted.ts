import { setTimeout as sleep } from 'node:timers/promises';

const REPEAT_MS = 2000;

/** Calls `note` every few seconds until it succeeds; the first failure is told. Once `signal` is aborted, the next failure is thrown. */
export async function untilNoted(
  note: () => Promise<void>,
  signal: AbortSignal,
  onError: (error: unknown) => void,
): Promise<void> {
  for (let isTold = false; ; isTold = true) {
    try {
      return await note();
    } catch (error) {
      if (signal.aborted) throw error;
      if (!isTold) onError(error);
    }
    // An abort has it tried once more at once.
    await sleep(REPEAT_MS, undefined, { signal }).catch(() => undefined);
  }
}
