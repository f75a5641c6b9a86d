import { hasEnded, type Job } from './job.ts';
import type { JobStore } from './job-store.ts';
import { RESUMABLE } from './job-work.ts';

/** Jobs that have ended; older ones are forgotten. */
const MOST_KEPT = 5000;

/** One of the servers that share a store, as its jobs see it. */
export interface JobServer {
  /** Names this server among all. */
  readonly id: string;
  isAlive(id: string): Promise<boolean>;
  /** Does `work` unless another server does what `key` names. */
  alone(key: string, work: () => Promise<void>): Promise<void>;
}

/** Takes what servers left that are gone: each job once, whichever servers look. `go` goes on with it here. */
export async function takeUpJobs(
  store: JobStore,
  server: JobServer,
  isHere: (id: string) => boolean,
  go: (job: Job) => void,
): Promise<void> {
  const isLeft = async (job: Job): Promise<boolean> =>
    !hasEnded(job) &&
    !isHere(job.id) &&
    (job.server === server.id || !(await server.isAlive(job.server)));
  let ended = 0;
  for await (const listed of store.list()) {
    if (hasEnded(listed) && ++ended > MOST_KEPT) await store.remove(listed.id);
    if (!(await isLeft(listed))) continue;
    await server.alone(`job/${listed.id}`, async () => {
      // Another server may have had it meanwhile.
      const job = await store.get(listed.id);
      if (job === undefined || !(await isLeft(job))) return;
      if (!RESUMABLE.has(job.kind)) {
        await store.put({ ...job, state: 'interrupted', endedAt: Date.now() });
        return;
      }
      const mine: Job = { ...job, state: 'queued', startedAt: null, server: server.id };
      await store.put(mine);
      go(mine);
    });
  }
}
