import type { CoreContext } from '../context.ts';
import { formatBytes } from '../util/format-bytes.ts';
import { reservedBytesOf } from './reserved-bytes.ts';
import { bytesOf, type Limit, quotaOf, type RoomNeed } from './room-need.ts';

/** The quotas that what is needed has to fit. What adds nothing fits, however full it is. */
export function quotaLimits(ctx: CoreContext, need: RoomNeed): readonly Limit[] {
  const { bytes, contents, connection } = need;
  const throughConnection = bytesOf(contents ?? []);
  const isBare = connection === undefined && contents !== undefined;
  const { addedBytes = isBare ? throughConnection : bytes } = need;
  const quotas = [
    { quotaBytes: ctx.quotaBytes, neededBytes: addedBytes },
    { quotaBytes: quotaOf(ctx, connection), neededBytes: throughConnection, connection },
  ];
  return quotas.flatMap(({ quotaBytes, neededBytes, connection: whose }) =>
    quotaBytes === undefined || neededBytes === 0
      ? []
      : [quotaLimit(ctx, need, { quotaBytes, neededBytes, connection: whose })],
  );
}

interface Quota {
  readonly quotaBytes: number;
  readonly neededBytes: number;
  /** Undefined for the quota of the store. */
  readonly connection: string | undefined;
}

function quotaLimit(
  ctx: CoreContext,
  need: RoomNeed,
  { quotaBytes, neededBytes, connection }: Quota,
): Limit {
  const whose =
    connection === undefined ? 'the quota' : `the quota of the connection ${connection}`;
  const help = ctx.evict
    ? 'What may be evicted does not suffice: modelkeep evict --dry-run tells what stays, and why'
    : 'Free room (modelkeep gc, modelkeep evict, modelkeep rm), let models be evicted (evict: true)';
  const ofConnection = connection === undefined ? {} : { connection };
  return {
    ...ofConnection,
    isQuota: true,
    async shortage() {
      // In this order what is stored and no longer reserved from one to the next counts twice at worst, never nowhere.
      const reservedBytes = await reservedBytesOf(ctx.metadata, need, connection);
      const usedBytes = await ctx.metadata.storedBytes(ofConnection);
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
