import type { MetadataStore } from '../spi/metadata-store.ts';
import type { Digest } from '../spi/model.ts';
import type { Storage } from '../spi/storage.ts';
import type { LongCallOptions } from './options.ts';

/** The backends of a store, not opened yet. */
export interface StoreBackends {
  readonly storage: Storage;
  readonly metadata: MetadataStore;
}

/** A collection of records that others keep beside the models, such as a server's users. */
export interface CopiedCollection {
  readonly collection: string;
  /** Whether a record that an earlier copy brought goes when its original has gone. Default: false. */
  readonly mirror?: boolean;
  /**
   * Which of two different records of one id stays: the later one, or the one that is here; in a `chain`, whose records
   * follow from each other, nothing more is copied from there on. Default: `later`.
   */
  readonly onDifference?: 'later' | 'ours' | 'chain';
}

export interface CopyOptions extends LongCallOptions {
  /** Only find out what there is to do. Default: false. */
  readonly dryRun?: boolean;
  /** Collections to copy beside those of the cache itself. */
  readonly records?: readonly CopiedCollection[];
}

export interface CopyTally {
  readonly count: number;
  readonly bytes: number;
}

/** A file that could not be copied: its model was stored without it. */
export interface CopyProblem {
  readonly modelId: string;
  readonly commit: string;
  readonly path: string;
  /** Sha256 that the content should have. */
  readonly digest: Digest;
  readonly reason: string;
}

/** What a copy did; of a dry run, what it would do. Contents are counted once however many models hold them. */
export interface CopyReport {
  readonly dryRun: boolean;
  /** Entries that the other store has. */
  readonly models: number;
  /** Entries kept as they are, as this store's own are newer. */
  readonly newer: readonly string[];
  readonly copied: CopyTally;
  /** Of `copied`, those of which no byte had to move. */
  readonly linked: CopyTally;
  /** Contents that were here before. */
  readonly present: CopyTally;
  /** Records written or removed, by collection. */
  readonly records: Readonly<Record<string, number>>;
  readonly problems: readonly CopyProblem[];
  /** Room on the volume, where it is known. */
  readonly freeBytes?: number;
}
