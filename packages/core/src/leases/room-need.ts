import type { CacheEventListener } from '../api/events.ts';
import type { CoreContext } from '../context.ts';
import type { AddedContent } from '../spi/metadata-store.ts';

/** What somebody is about to store. */
export interface RoomNeed {
  /** Whose leases do not count against it. */
  readonly owner: string;
  /** Bytes still to be written. */
  readonly bytes: number;
  /** Bytes that the store will have more of. Default: `bytes`, or those of `contents` that come through no connection. */
  readonly addedBytes?: number;
  /** Name of the connection it comes through; none for what is imported, adopted or copied. */
  readonly connection?: string | undefined;
  /**
   * What the connection will have more of: what the store has not, and what it has through others only. Without a connection,
   * what the store will have more of. Default: nothing that is known.
   */
  readonly contents?: readonly AddedContent[];
  /** Nothing will be stored: nothing is evicted for it, and quotas that an eviction would keep do not matter. Default: false. */
  readonly previewOnly?: boolean;
  /** Told of each model that made room. */
  readonly onEvent?: CacheEventListener;
  readonly signal?: AbortSignal | undefined;
}

/** What is missing of the room that something needs. */
export interface Shortage {
  readonly missingBytes: number;
  /** False if it would not fit into an empty store either. */
  readonly canHelp: boolean;
  /** True if it is short only of what others have reserved. */
  readonly mayPass?: boolean;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface Limit {
  /** Set for the quota of a connection. */
  readonly connection?: string;
  readonly isQuota: boolean;
  shortage(): Promise<Shortage | undefined>;
}

/** Whether the store or the connection of this name has a quota. */
export function hasQuota(ctx: CoreContext, connection: string | undefined): boolean {
  return ctx.quotaBytes !== undefined || quotaOf(ctx, connection) !== undefined;
}

export function quotaOf(ctx: CoreContext, connection: string | undefined): number | undefined {
  return ctx.connections.find(({ name }) => name === connection)?.quotaBytes;
}

export function bytesOf(contents: readonly AddedContent[]): number {
  return contents.reduce((sum, { bytes }) => sum + bytes, 0);
}
