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
  /** Does `work` unless another server does what `key` names at this moment. */
  alone(key: string, work: () => Promise<void>): Promise<void>;
}

type Leases = Pick<MetadataStore, 'acquireLeases' | 'renewLeases' | 'releaseLeases' | 'listLeases'>;

/** `onGone`: told when a server that was there is no more. */
export function createPresence(leases: Leases, onGone: () => void = () => {}): Presence {
  const id = `${hostname()}/${process.pid}/${randomUUID()}`;
  const own = PREFIX + id;
  let timer: NodeJS.Timeout | undefined;
  let known: readonly string[] = [];
  const lease = { owner: id, ttlMs: TTL_MS };
  const look = async (): Promise<void> => {
    const here = new Set((await leases.listLeases(PREFIX)).map(({ key }) => key));
    const isOneGone = known.some((key) => !here.has(key));
    known = [...here];
    if (isOneGone) onGone();
  };
  const beat = async (): Promise<void> => {
    const held = await leases.renewLeases(lease);
    if (!held.includes(own)) await leases.acquireLeases([own], lease);
    await look();
  };
  return {
    id,
    async begin() {
      await leases.acquireLeases([own], lease);
      await look();
      // A beat that fails is made up for by the next one.
      timer = setInterval(() => void beat().catch(() => undefined), BEAT_MS);
      timer.unref();
    },
    isAlive: async (other) => (await leases.listLeases(PREFIX + other)).length > 0,
    async alone(key, work) {
      if ((await leases.acquireLeases([key], lease)).length === 0) return;
      try {
        await work();
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
