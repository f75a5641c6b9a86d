import { useSyncExternalStore } from 'react';
import type { Job } from '../api/types.ts';
import { hasEnded } from './job-facts.ts';
import { liveJobs } from './live-job-store.ts';

/** Jobs as the server told them last, by id. */
export function useLiveJobMap(): ReadonlyMap<string, Job> {
  return useSyncExternalStore(liveJobs.subscribe, () => liveJobs.snapshot);
}

/** What is under way or waits, the oldest first. */
export function useRunningJobs(): readonly Job[] {
  return [...useLiveJobMap().values()]
    .filter((job) => !hasEnded(job) && job.kind !== 'preflight')
    .sort((a, b) => a.createdAt - b.createdAt);
}
