import { randomUUID } from 'node:crypto';
import type { CoreContext } from '../context.ts';
import { ModelkeepError } from '../spi/errors.ts';
import type { AddedContent, Lease } from '../spi/metadata-store.ts';
import type { SnapshotFile } from '../spi/model.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { newContentsOf } from './new-contents.ts';
import { checkRoom } from './room.ts';
import type { RoomNeed } from './room-need.ts';

/** Key prefix of the leases under which models are being stored. A garbage collection spares every blob noted after the oldest of them. */
export const INGEST_PREFIX = 'ingest/';

/** Key prefix of those among them that take over files as old as they are: no date tells them from what a crash left. */
export const LINKING_PREFIX: string = `${INGEST_PREFIX}linking-`;

/** One model on its way into the store: protects its new blobs and reserves its room. */
export interface Ingest extends AsyncDisposable {
  readonly id: string;
  /** What must still be true when the model is committed. */
  guard(): { readonly key: string; readonly token: number };
  /** Bytes that are still to come. */
  setRemaining(bytes: number): void;
  /**
   * Reserves room for `bytes` that are still to come, or only looks for it where nothing will be stored; where it is known
   * what `files` there will be, others are told of the contents that are new: before the first of them is noted. Fails with
   * `no-space` if there is less.
   */
  reserve(bytes: number, files?: readonly SnapshotFile[]): Promise<void>;
}

export interface IngestOptions extends Omit<RoomNeed, 'owner' | 'bytes'> {
  /** The model, where it is known: it is not evicted meanwhile. */
  readonly modelId?: string;
  /** Whether files that are there already may become blobs. Default: false. */
  readonly isLinking?: boolean;
}

/**
 * Begins to store a model that needs `bytes` of new room. Fails with `no-space`, before anything is written, if the volume or
 * a quota has less than that beside what others have reserved, and no eviction makes room.
 */
export async function beginIngest(
  ctx: CoreContext,
  bytes: number,
  { modelId, isLinking = false, ...need }: IngestOptions = {},
): Promise<Ingest> {
  const key = (isLinking ? LINKING_PREFIX : INGEST_PREFIX) + randomUUID();
  const id = key.slice(INGEST_PREFIX.length);
  const { connection, previewOnly = false } = need;
  const keeper = new LeaseKeeper({
    metadata: ctx.metadata,
    owner: `${ctx.owner}/${id}`,
    ttlMs: ctx.leaseTtlMs,
    onLost: () => {},
  });
  const { owner } = keeper;
  const hold = modelId === undefined ? undefined : ctx.holds.hold(modelId, false);
  const end = async (): Promise<void> => {
    hold?.[Symbol.dispose]();
    await keeper.close();
  };
  const check = (remaining: number, contents = need.contents): Promise<void> =>
    checkRoom(ctx, { ...need, owner, bytes: remaining, ...(contents && { contents }) });
  const take = async (
    remaining: number,
    contents: readonly AddedContent[] | undefined,
  ): Promise<Lease> => {
    const isTold = connection !== undefined || contents !== undefined;
    const adds = isTold
      ? { ...(connection && { connection }), contents: contents ?? [] }
      : undefined;
    // Before the lease as well: on a full volume the index could not note it, and could not tell the numbers.
    await check(remaining, contents);
    const [granted] = await keeper.acquire([key], remaining, adds);
    if (granted === undefined)
      throw new ModelkeepError('conflict', 'the metadata store granted no lease for a new key');
    await check(remaining, contents);
    return granted;
  };
  let lease: Lease;
  try {
    lease = await take(bytes, need.contents);
  } catch (error) {
    await end();
    throw error;
  }
  return {
    id,
    guard: () => ({ key, token: lease.token }),
    setRemaining(remaining) {
      if (!previewOnly) keeper.reserve(remaining);
    },
    async reserve(remaining, files) {
      const contents = files === undefined ? undefined : await newContentsOf(ctx, files);
      if (contents !== undefined && !previewOnly) {
        lease = await take(remaining, contents);
        return;
      }
      await check(remaining, contents);
      if (!previewOnly) keeper.reserve(remaining);
    },
    [Symbol.asyncDispose]: end,
  };
}
