import { randomUUID } from 'node:crypto';
import type { CoreContext } from '../context.ts';
import { ModelkeepError } from '../spi/errors.ts';
import { delay } from '../util/delay.ts';
import { LeaseKeeper } from './lease-keeper.ts';

const POLL_MS = 50;

/** Key of whoever deletes blobs. */
export const DELETING = 'deleting-blobs';

export type LeaseContext = Pick<CoreContext, 'metadata' | 'owner' | 'leaseTtlMs'>;

/**
 * Does `work` while nobody else on the store does what `key` names; waits for its turn. `stillAlone` throws once the
 * lease may be somebody else's: call it before each step that must not be done twice.
 */
export async function alone<Result>(
  ctx: LeaseContext,
  key: string,
  work: (stillAlone: () => void) => Promise<Result>,
): Promise<Result> {
  const keeper = new LeaseKeeper({
    metadata: ctx.metadata,
    owner: `${ctx.owner}/${randomUUID()}`,
    ttlMs: ctx.leaseTtlMs,
    onLost: () => {},
  });
  while ((await keeper.acquire([key])).length === 0) await delay(POLL_MS);
  try {
    return await work(() => {
      if (keeper.holds(key)) return;
      throw new ModelkeepError('conflict', `another process took over: ${key}`, {
        retryable: true,
      });
    });
  } finally {
    await keeper.close();
  }
}
