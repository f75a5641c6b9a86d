import { randomUUID } from 'node:crypto';
import type { MetadataStore } from '../spi/metadata-store.ts';
import { delay } from '../util/delay.ts';
import { LeaseKeeper } from './lease-keeper.ts';

const KEY = 'deletion';
const POLL_MS = 25;

export interface LeaseSettings {
  readonly metadata: MetadataStore;
  /** Names this cache among all that share the store. */
  readonly owner: string;
  readonly leaseTtlMs: number;
}

/** The right to delete blobs, which only one caller has at a time in the whole store. */
export interface DeletionTurn {
  /** False once somebody else may have it: nothing may be deleted any more. */
  isOurs(): boolean;
}

/** Waits for the turn, does `work`, and gives the turn back. The turn of a killed process is over at once. */
export async function inDeletionTurn<T>(
  { metadata, owner, leaseTtlMs }: LeaseSettings,
  work: (turn: DeletionTurn) => Promise<T>,
): Promise<T> {
  const keeper = new LeaseKeeper({
    metadata,
    owner: `${owner}/${randomUUID()}`,
    ttlMs: leaseTtlMs,
    onLost: () => {},
  });
  while ((await keeper.acquire([KEY])).length === 0) await delay(POLL_MS);
  try {
    return await work({ isOurs: () => keeper.isFresh && keeper.get(KEY) !== undefined });
  } finally {
    await keeper.close();
  }
}
