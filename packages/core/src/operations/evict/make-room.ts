import type { CacheEventListener } from '../../api/events.ts';
import type { CoreContext } from '../../context.ts';
import { alone, EVICTING } from '../../leases/alone.ts';
import { formatBytes } from '../../util/format-bytes.ts';
import { DEFAULT_UNUSED_FOR_MS, runEviction } from './evict-models.ts';

/** Room that something to be stored needs. */
export interface RoomRequest {
  /** Bytes that are missing now; asked once nobody else evicts. */
  readonly missing: () => Promise<number>;
  /** Set where its quota is what is short. */
  readonly connection: string | undefined;
  readonly onEvent: CacheEventListener | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Evicts what was not used for longest so that the request fits; nothing if that does not suffice. */
export async function makeRoom(
  ctx: CoreContext,
  { missing, connection, onEvent = () => {}, signal }: RoomRequest,
): Promise<void> {
  await alone(
    ctx,
    EVICTING,
    async (stillAlone) => {
      const missingBytes = await missing();
      const scope = connection === undefined ? {} : { connection };
      const usedBytes = await ctx.metadata.storedBytes(scope);
      if (missingBytes <= 0 || missingBytes > usedBytes) return;
      const goal = {
        connection,
        targetBytes: usedBytes - missingBytes,
        unusedForMs: DEFAULT_UNUSED_FOR_MS,
        imported: false,
      };
      const run = { dryRun: false, allOrNothing: true, stillAlone, onEvent: () => {}, signal };
      const { choices } = await runEviction(ctx, goal, run);
      for (const { key, evicted, freedBytes, why } of choices) {
        if (!evicted) continue;
        const message = `evicted ${key.replace(/^hf@/, '')} to make room (${formatBytes(freedBytes)}): ${why}`;
        onEvent({ type: 'warning', message });
      }
    },
    signal,
  );
}
