import type { CoreContext } from '../context.ts';
import { ModelkeepError } from '../spi/errors.ts';
import { delay } from '../util/delay.ts';
import { formatBytes } from '../util/format-bytes.ts';
import { HEARTBEATS } from './lease-keeper.ts';
import { hasQuota, type Limit, type RoomNeed } from './room-need.ts';

const RETRY_MS = 200;
/** Beside the time between two heartbeats. */
const SLACK_MS = 1000;

/** Fails with `no-space` if the volume or a quota has less room than is needed, once an eviction, where it is allowed, has made what it can. */
export async function checkRoom(ctx: CoreContext, need: RoomNeed): Promise<void> {
  const { onEvent, signal, previewOnly = false } = need;
  for (const limit of await limitsOf(ctx, need)) {
    if (previewOnly && limit.isQuota && ctx.evict) continue;
    let shortage = await limit.shortage();
    // What was stored just now counts twice until the next heartbeat of its lease, which tells what is still to come.
    const giveUpAt = performance.now() + ctx.leaseTtlMs / HEARTBEATS + SLACK_MS;
    while (shortage?.mayPass === true && !previewOnly && performance.now() < giveUpAt) {
      await delay(RETRY_MS, signal);
      shortage = await limit.shortage();
    }
    if (shortage?.canHelp === true && ctx.evict && !previewOnly) {
      await ctx.makeRoom({
        missing: async () => (await limit.shortage())?.missingBytes ?? 0,
        connection: limit.connection,
        onEvent,
        signal,
      });
      shortage = await limit.shortage();
    }
    if (shortage === undefined) continue;
    const { message, details } = shortage;
    throw new ModelkeepError('no-space', `not enough room: ${message}`, { details });
  }
}

async function limitsOf(ctx: CoreContext, need: RoomNeed): Promise<readonly Limit[]> {
  const isWritten = need.bytes > 0 && ctx.storage.capacity !== undefined;
  const limits = isWritten ? [volumeLimit(ctx, need)] : [];
  if (!hasQuota(ctx, need.connection)) return limits;
  const { quotaLimits } = await import('./quota-limits.ts');
  return [...limits, ...quotaLimits(ctx, need)];
}

function volumeLimit(ctx: CoreContext, { owner, bytes, signal }: RoomNeed): Limit {
  return {
    isQuota: false,
    async shortage() {
      const capacity = await ctx.storage.capacity?.(signal === undefined ? {} : { signal });
      if (capacity === undefined) return undefined;
      const { freeBytes, totalBytes } = capacity;
      const reservedBytes = await ctx.metadata.leasedBytes(owner);
      const missingBytes = bytes - (freeBytes - reservedBytes);
      if (missingBytes <= 0) return undefined;
      const reserved =
        reservedBytes > 0
          ? `, of which ${formatBytes(reservedBytes)} are reserved by other downloads`
          : '';
      return {
        missingBytes,
        canHelp: bytes <= totalBytes,
        mayPass: missingBytes <= reservedBytes,
        message: `${formatBytes(bytes)} needed, ${formatBytes(freeBytes)} free${reserved}; ${formatBytes(missingBytes)} short. Free room (modelkeep gc, modelkeep evict, modelkeep rm) or use a larger volume.`,
        details: { neededBytes: bytes, freeBytes, reservedBytes, missingBytes },
      };
    },
  };
}
