import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { MetadataStore } from '@modelkeep/core/spi';

const TTL_MS = 15_000;
const BEAT_MS = 5000;
/** After a start, and a beat this late, the database may have been away: as long again, those that are missing may only not have come yet. */
const LATE_MS = 1.5 * BEAT_MS;
/** How many of all servers look at each beat who is there, on average: so that what looks cost grows with the servers, not with their square. */
const LOOKERS = 4;
const PREFIX = 'server/';

/** Tells other servers of the same store that this one lives, and which of them do. */
export interface Presence extends AsyncDisposable {
  readonly id: string;
  begin(): Promise<void>;
  /** Takes up what servers left that are gone: now, and again at each beat until that is all. */
  takeUp(): Promise<void>;
  /** True also while nobody can tell, as after an outage of the database. */
  isAlive(id: string): Promise<boolean>;
  /** Does `work` unless another server does what `key` names at this moment. Returns whether it did. */
  alone(key: string, work: () => Promise<void>): Promise<boolean>;
}

type Leases = Pick<MetadataStore, 'acquireLeases' | 'renewLeases' | 'releaseLeases' | 'listLeases'>;

/** `takeUp`: called when a server that was there is no more. Returns whether that is all; if not, it is called again. */
export function createPresence(
  leases: Leases,
  takeUp: () => Promise<boolean> = () => Promise.resolve(true),
): Presence {
  const id = `${hostname()}/${process.pid}/${randomUUID()}`;
  const own = PREFIX + id;
  let timer: NodeJS.Timeout | undefined;
  let known = new Set<string>();
  let isOwed = false;
  let beatAt = Number.NEGATIVE_INFINITY;
  let sureFrom = 0;
  const lease = { owner: id, ttlMs: TTL_MS };
  /** Whether a server without a lease is gone. */
  const isSure = (): boolean => {
    const now = performance.now();
    return now >= sureFrom && now - beatAt < LATE_MS;
  };
  const take = async (): Promise<void> => {
    isOwed = false;
    if (!(await takeUp())) isOwed = true;
  };
  /** Called when the lease is there, and so the database. */
  const noteBeat = (): void => {
    const now = performance.now();
    if (now - beatAt >= LATE_MS) sureFrom = now + LATE_MS;
    beatAt = now;
  };
  const look = async (): Promise<void> => {
    const here = new Set((await leases.listLeases(PREFIX)).map(({ key }) => key));
    if (!known.isSubsetOf(here)) isOwed = true;
    known = here;
  };
  const beat = async (): Promise<void> => {
    const held = await leases.renewLeases(lease);
    if (!held.includes(own)) await leases.acquireLeases([own], lease);
    noteBeat();
    if (!isSure()) return;
    if (Math.random() * known.size < LOOKERS) await look();
    if (isOwed) await take();
  };
  return {
    id,
    async begin() {
      await leases.acquireLeases([own], lease);
      noteBeat();
      await look();
      // A beat that fails is made up for by the next one.
      timer = setInterval(() => void beat().catch(() => undefined), BEAT_MS);
      timer.unref();
    },
    takeUp: take,
    async isAlive(other) {
      if ((await leases.listLeases(PREFIX + other)).length > 0) return true;
      if (isSure()) return false;
      isOwed = true;
      return true;
    },
    async alone(key, work) {
      if ((await leases.acquireLeases([key], lease)).length === 0) return false;
      try {
        await work();
        return true;
      } finally {
        await leases.releaseLeases(id, [key]);
      }
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await leases.releaseLeases(id);
    },
  };
}
