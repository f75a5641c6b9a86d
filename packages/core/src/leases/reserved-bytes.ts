import { presentBlobs } from '../fetch/claims.ts';
import type { MetadataStore } from '../spi/metadata-store.ts';
import type { RoomNeed } from './room-need.ts';

/**
 * Bytes that others will add to the store, or to `connection`: each content once and whole, whoever brings it and however much
 * of it has come, and none that the asker brings too. What the store has by now adds nothing to it.
 */
export async function reservedBytesOf(
  metadata: Pick<MetadataStore, 'listReservations' | 'getBlobs' | 'findBlobs'>,
  { owner, contents: own = [] }: Pick<RoomNeed, 'owner' | 'contents'>,
  connection: string | undefined,
): Promise<number> {
  const isOfStore = connection === undefined;
  const sizes = new Map<string, number>();
  let sum = 0;
  for (const { bytes, adds } of await metadata.listReservations(owner)) {
    if (adds === undefined) sum += isOfStore ? bytes : 0;
    else if (isOfStore || adds.connection === connection)
      for (const content of adds.contents) sizes.set(content.id, content.bytes);
  }
  for (const { id } of own) sizes.delete(id);
  if (isOfStore) {
    const present = await presentBlobs(metadata, [...sizes.keys()]);
    for (const id of present.keys()) sizes.delete(id);
  }
  for (const bytes of sizes.values()) sum += bytes;
  return sum;
}
