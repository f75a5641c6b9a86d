import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { MetadataStore } from '@modelkeep/core/spi';

const TTL_MS = 15_000;
const BEAT_MS = 5000;
const PREFIX = 'server/';

/** Tells other servers of the same store that this one lives, and which of them do. */
export interface Presence extends AsyncDisposable {
  readonly id: string;
  begin(): Promise<void>;
  isAlive(id: string): Promise<boolean>;
}

type Leases = Pick<MetadataStore, 'acquireLeases' | 'renewLeases' | 'releaseLeases' | 'listLeases'>;

export function createPresence(leases: Leases): Presence {
  const id = `${hostname()}/${process.pid}/${randomUUID()}`;
  let timer: NodeJS.Timeout | undefined;
  const lease = { owner: id, ttlMs: TTL_MS };
  const beat = async (): Promise<void> => {
    const held = await leases.renewLeases(lease);
    if (held.length === 0) await leases.acquireLeases([PREFIX + id], lease);
  };
  return {
    id,
    async begin() {
      await leases.acquireLeases([PREFIX + id], lease);
      // A beat that fails is made up for by the next one.
      timer = setInterval(() => void beat().catch(() => undefined), BEAT_MS);
      timer.unref();
    },
    isAlive: async (other) => (await leases.listLeases(PREFIX + other)).length > 0,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await leases.releaseLeases(id);
    },
  };
}
