import type { Entry, ModelMetadata } from '../spi/model.ts';

export interface SnapshotFacts {
  /** Bytes of the files kept. */
  readonly sizeInBytes: number;
  /** Whether the commit was derived from the content: then it is no commit of the upstream, and not written. */
  readonly derived: boolean;
}

/** The facts that the entry itself keeps, by the names of the file. */
function ownFields(entry: Entry, facts: SnapshotFacts): Partial<ModelMetadata> {
  return {
    ...(facts.derived ? {} : { commitHash: entry.commit }),
    downloadDate: entry.downloadDate,
    downloadedBy: entry.downloadedBy,
    ...(entry.lastUsed === undefined ? {} : { lastDssUsage: entry.lastUsed }),
    ...(entry.lastUsedBy === undefined ? {} : { lastUsedBy: entry.lastUsedBy }),
    sizeInBytes: facts.sizeInBytes,
  };
}

/**
 * `model_metadata.json` of an entry. Fields stay in the order in which they came, unknown ones as they are; what the
 * entry keeps itself (commit, download, last use, size) is brought up to date.
 *
 * The text changes when the entry was used in between, and only then: writing it counts as no use.
 */
export function formatModelMetadata(entry: Entry, facts: SnapshotFacts): string {
  const metadata = { ...entry.metadata, ...ownFields(entry, facts) };
  return `${JSON.stringify(metadata, null, 2)}\n`;
}
