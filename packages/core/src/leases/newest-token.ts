import type { MetadataStore } from '../spi/metadata-store.ts';

const newest = new WeakMap<MetadataStore, number>();

/**
 * The newest token that the store has granted to this process; 0 if none. What was forgotten before it is over and done with:
 * asked for before contents are stored, it tells deletions that may have taken them from those that cannot.
 */
export function newestToken(metadata: MetadataStore): number {
  return newest.get(metadata) ?? 0;
}

export function noteToken(metadata: MetadataStore, token: number): void {
  newest.set(metadata, Math.max(token, newestToken(metadata)));
}
