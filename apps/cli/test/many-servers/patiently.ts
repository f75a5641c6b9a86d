import { setTimeout as sleep } from 'node:timers/promises';

/** For machines that are slow and busy: what can be had comes much sooner. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 100;

/** Tries until there is something; undefined if nothing came for a minute. */
export async function patiently<Found>(
  attempt: () => Promise<Found | undefined>,
): Promise<Found | undefined> {
  for (const end = performance.now() + PATIENCE_MS; ; await sleep(PAUSE_MS)) {
    const found = await attempt();
    if (found !== undefined || performance.now() > end) return found;
  }
}
