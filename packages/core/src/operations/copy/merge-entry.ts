import { entryOf } from '../../snapshots/entry-of.ts';
import type { Entry, EntrySummary } from '../../spi/model.ts';

const FIELDS = ['commit', 'pinned', 'downloadDate', 'lastUsed', 'lastUsedBy'] as const;

/** What to store of the entry of the other store: nothing if this store's own was fetched later, or is the same. */
export function mergeEntry(
  theirs: EntrySummary,
  ours: EntrySummary | undefined,
): Entry | 'same' | 'newer' {
  if (ours === undefined) return entryOf(theirs);
  if (ours.downloadDate > theirs.downloadDate) return 'newer';
  const usedHere = (ours.lastUsed ?? 0) > (theirs.lastUsed ?? 0);
  const { lastUsed, lastUsedBy } = usedHere ? ours : theirs;
  const merged: Entry = {
    ...entryOf(theirs),
    // A pin that was set here stays.
    pinned: theirs.pinned || ours.pinned,
    ...(lastUsed === undefined ? {} : { lastUsed }),
    ...(lastUsedBy === undefined ? {} : { lastUsedBy }),
  };
  return FIELDS.every((field) => merged[field] === ours[field]) ? 'same' : merged;
}
