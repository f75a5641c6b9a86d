import type { User } from '../../api/options.ts';
import type { ArchivePlan } from '../../archives/archive-plan.ts';
import type { Entry } from '../../spi/model.ts';

function optional<Key extends string, Value>(
  key: Key,
  value: Value | null | undefined,
): { readonly [key in Key]?: Value } {
  return value === null || value === undefined ? {} : ({ [key]: value } as { [key in Key]: Value });
}

/** The entry that an archive describes. Who fetched it, and when, and its last use stay as they were at the other site. */
export function entryOfArchive(
  { ref, metadata }: ArchivePlan,
  commit: string,
  before: Entry | undefined,
  user: User,
): Entry {
  const usedLater = (before?.lastUsed ?? 0) > (metadata.lastDssUsage ?? 0);
  return {
    ...ref,
    commit,
    metadata,
    downloadedBy: metadata.downloadedBy ?? user.name,
    downloadDate: metadata.downloadDate ?? Date.now(),
    ...optional('lastUsed', usedLater ? before?.lastUsed : metadata.lastDssUsage),
    ...optional('lastUsedBy', usedLater ? before?.lastUsedBy : metadata.lastUsedBy),
    pinned: before?.pinned ?? false,
  };
}
