import { randomUUID } from 'node:crypto';
import type { CoreContext } from '../context.ts';
import { ModelkeepError } from '../spi/errors.ts';
import { formatBytes } from '../util/format-bytes.ts';
import { LeaseKeeper } from './lease-keeper.ts';

/** Key prefix of the leases under which models are being stored. A garbage collection spares every blob noted after the oldest of them. */
export const INGEST_PREFIX = 'ingest/';

/** One model on its way into the store: protects its new blobs and reserves its room. */
export interface Ingest extends AsyncDisposable {
  readonly id: string;
  /** What must still be true when the model is committed. */
  guard(): { readonly key: string; readonly token: number };
  /** Bytes that are still to come. */
  setRemaining(bytes: number): void;
  /** Reserves room for `bytes` that are still to come. Fails with `no-space` if there is less. */
  reserve(bytes: number, signal?: AbortSignal): Promise<void>;
}

/**
 * Begins to store a model that needs `bytes` of new room. Fails with `no-space`, before anything is written, if the volume
 * has less than that beside what others have reserved.
 */
export async function beginIngest(
  ctx: CoreContext,
  bytes: number,
  signal?: AbortSignal,
): Promise<Ingest> {
  const id = randomUUID();
  const key = INGEST_PREFIX + id;
  const keeper = new LeaseKeeper({
    metadata: ctx.metadata,
    owner: `${ctx.owner}/${id}`,
    ttlMs: ctx.leaseTtlMs,
    onLost: () => {},
  });
  // Before the lease as well: on a full volume the index could not note it, and could not tell the numbers.
  await checkRoom(ctx, keeper.owner, bytes, signal);
  const [lease] = await keeper.acquire([key], bytes);
  if (lease === undefined)
    throw new ModelkeepError('conflict', 'the metadata store granted no lease for a new key');
  try {
    await checkRoom(ctx, keeper.owner, bytes, signal);
  } catch (error) {
    await keeper.close();
    throw error;
  }
  return {
    id,
    guard: () => ({ key, token: lease.token }),
    setRemaining: (remaining) => keeper.reserve(remaining),
    reserve: async (remaining, reserveSignal) => {
      await checkRoom(ctx, keeper.owner, remaining, reserveSignal);
      keeper.reserve(remaining);
    },
    [Symbol.asyncDispose]: () => keeper.close(),
  };
}

async function checkRoom(
  ctx: CoreContext,
  owner: string,
  bytes: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (bytes === 0 || ctx.storage.capacity === undefined) return;
  const { freeBytes } = await ctx.storage.capacity(signal === undefined ? {} : { signal });
  const reservedBytes = await ctx.metadata.leasedBytes(owner);
  const availableBytes = freeBytes - reservedBytes;
  if (bytes <= availableBytes) return;
  const reserved =
    reservedBytes > 0
      ? `, of which ${formatBytes(reservedBytes)} are reserved by other downloads`
      : '';
  throw new ModelkeepError(
    'no-space',
    `not enough room: ${formatBytes(bytes)} needed, ${formatBytes(freeBytes)} free${reserved}; ${formatBytes(bytes - availableBytes)} short. Remove models (modelkeep du, modelkeep rm) or use a larger volume.`,
    {
      details: {
        neededBytes: bytes,
        freeBytes,
        reservedBytes,
        missingBytes: bytes - availableBytes,
      },
    },
  );
}
