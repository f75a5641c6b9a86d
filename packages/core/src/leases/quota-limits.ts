import type { CoreContext } from '../context.ts';
import { formatBytes } from '../util/format-bytes.ts';
import { type Limit, quotaOf, type RoomNeed } from './room-need.ts';

/** The quotas that what is needed has to fit. */
export function quotaLimits(ctx: CoreContext, need: RoomNeed): readonly Limit[] {
  const { quotaBytes } = ctx;
  const ofConnection = quotaOf(ctx, need.connection);
  return [
    ...(quotaBytes === undefined ? [] : [quotaLimit(ctx, need, quotaBytes, undefined)]),
    ...(ofConnection === undefined ? [] : [quotaLimit(ctx, need, ofConnection, need.connection)]),
  ];
}

function quotaLimit(
  ctx: CoreContext,
  { owner, bytes, addedBytes: neededBytes = bytes }: RoomNeed,
  quotaBytes: number,
  connection: string | undefined,
): Limit {
  const whose =
    connection === undefined ? 'the quota' : `the quota of the connection ${connection}`;
  const help = ctx.evict
    ? 'What may be evicted does not suffice: modelkeep evict --dry-run tells what stays, and why'
    : 'Remove models (modelkeep evict, modelkeep rm), let models be evicted (evict: true)';
  const ofConnection = connection === undefined ? {} : { connection };
  return {
    ...ofConnection,
    isQuota: true,
    async shortage() {
      const usedBytes = await ctx.metadata.storedBytes(ofConnection);
      const reservedBytes = await ctx.metadata.leasedBytes(owner, ofConnection);
      const leftBytes = quotaBytes - usedBytes - reservedBytes;
      const missingBytes = neededBytes - leftBytes;
      if (missingBytes <= 0) return undefined;
      const reserved = reservedBytes > 0 ? `, ${formatBytes(reservedBytes)} reserved` : '';
      return {
        missingBytes,
        canHelp: neededBytes <= quotaBytes,
        mayPass: missingBytes <= reservedBytes,
        message: `${formatBytes(neededBytes)} needed, and ${whose}, ${formatBytes(quotaBytes)}, has ${formatBytes(Math.max(0, leftBytes))} left (${formatBytes(usedBytes)} used${reserved}); ${formatBytes(missingBytes)} short. ${help}, or raise the quota.`,
        details: {
          neededBytes,
          quotaBytes,
          usedBytes,
          reservedBytes,
          missingBytes,
          ...ofConnection,
        },
      };
    },
  };
}
