import type { MetadataStore } from '../spi/metadata-store.ts';
import type { RoomNeed } from './room-need.ts';

/**
 * Bytes that others will add to the store, or to `connection`: each content once, whoever brings it, and none that the asker
 * brings too.
 */
export async function reservedBytesOf(
  metadata: Pick<MetadataStore, 'listReservations'>,
  { owner, contents: own = [] }: Pick<RoomNeed, 'owner' | 'contents'>,
  connection: string | undefined,
): Promise<number> {
  const reservations = await metadata.listReservations(owner);
  const counted = new Set(own.map(({ id }) => id));
  let sum = 0;
  // Of those that bring the same, the one with most to write counts: others may have parts of it.
  for (const { bytes, adds } of reservations.toSorted((one, other) => other.bytes - one.bytes)) {
    if (connection !== undefined && adds?.connection !== connection) continue;
    const fresh = adds?.contents.filter(({ id }) => !counted.has(id)) ?? [];
    for (const { id } of fresh) counted.add(id);
    const freshBytes = fresh.reduce((total, content) => total + content.bytes, 0);
    if (connection !== undefined) sum += freshBytes;
    // What is stored already is in the contents of a lease, but no longer in its bytes.
    else sum += adds === undefined ? bytes : Math.min(bytes, freshBytes);
  }
  return sum;
}
