import { randomUUID } from 'node:crypto';
import type { CoreContext } from '../context.ts';
import { ModelkeepError } from '../spi/errors.ts';
import type { StoreChange } from '../spi/metadata-store.ts';
import { delay } from '../util/delay.ts';
import { LeaseKeeper } from './lease-keeper.ts';

const POLL_MS = 50;

/** Key of whoever deletes blobs. */
export const DELETING = 'deleting-blobs';

/** Key of whoever evicts. */
export const EVICTING = 'evicting-models';

/** Key prefix of {@link keepingOf}. */
export const KEEPING_PREFIX = 'model/';

/** Key of whoever changes what is kept of one model: its manifests and folder agree with the index only if one does it at a time. */
export function keepingOf(modelId: string): string {
  return KEEPING_PREFIX + modelId.toLowerCase();
}

type Guard = NonNullable<StoreChange['guard']>[number];

export type LeaseContext = Pick<CoreContext, 'metadata' | 'owner' | 'leaseTtlMs'>;

function newKeeper({ metadata, owner, leaseTtlMs }: LeaseContext): LeaseKeeper {
  return new LeaseKeeper({
    metadata,
    owner: `${owner}/${randomUUID()}`,
    ttlMs: leaseTtlMs,
    onLost: () => {},
  });
}

/**
 * Does `work` while nobody else on the store does what `key` names; waits for its turn. `stillAlone` throws once the
 * lease may be somebody else's: call it before each step that must not be done twice. `guard` ties a commit to the lease.
 * `signal` ends the waiting.
 */
export async function alone<Result>(
  ctx: LeaseContext,
  key: string,
  work: (stillAlone: () => void, guard: Guard) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  const keeper = newKeeper(ctx);
  let [lease] = await keeper.acquire([key]);
  while (lease === undefined) {
    await delay(POLL_MS, signal);
    [lease] = await keeper.acquire([key]);
  }
  const stillAlone = (): void => {
    if (keeper.holds(key)) return;
    throw new ModelkeepError('conflict', `another process took over: ${key}`, {
      retryable: true,
    });
  };
  try {
    return await work(stillAlone, { key, token: lease.token });
  } finally {
    // A lease that cannot be given back now runs out by itself.
    await keeper.close().catch(() => {});
  }
}

/** Does `work` only if nobody holds `key` now. */
export async function ifAlone(
  ctx: LeaseContext,
  key: string,
  work: () => Promise<void>,
): Promise<void> {
  const keeper = newKeeper(ctx);
  try {
    if ((await keeper.acquire([key])).length > 0) await work();
  } finally {
    await keeper.close().catch(() => {});
  }
}
