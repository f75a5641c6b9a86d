import { setTimeout as sleep } from 'node:timers/promises';

/** Waits; an abort rejects with `signal.reason`, unwrapped. */
export async function delay(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
