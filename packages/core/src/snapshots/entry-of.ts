import type { Entry, EntrySummary } from '../spi/model.ts';

/** The entry without the figures of its snapshot. */
export function entryOf(summary: EntrySummary): Entry {
  const {
    sizeInBytes: _size,
    fileCount: _count,
    createdAt: _createdAt,
    complete: _complete,
    ...entry
  } = summary;
  return entry;
}
