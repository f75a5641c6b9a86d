import type { CacheEvent } from '../api/events.ts';
import type { BlobStore } from '../blobs/blob-store.ts';
import type { HashPool } from '../hashing/hash-pool.ts';
import { ModelkeepError } from '../spi/errors.ts';
import type { ModelSource, RemoteFile } from '../spi/model-source.ts';
import type { ConnectionSlots } from './connection-slots.ts';
import type { SourceLanes } from './lane-governor.ts';
import type { PeerFlights } from './peer-flights.ts';
import type { SourcePauses } from './source-pauses.ts';

/** As much of a source as bytes come from. */
export type ByteSource = Pick<ModelSource, 'name' | 'endpoint' | 'open'>;

/** One file to fetch. */
export interface FetchTarget {
  readonly source: ByteSource;
  readonly modelId: string;
  readonly commit: string;
  readonly file: RemoteFile;
}

export type RetryEvent = Extract<CacheEvent, { type: 'retry' }>;

/** What every fetch of one cache shares. */
export interface FetchEnvironment {
  /** Flights of other processes, where those can be read. */
  readonly peers: PeerFlights | undefined;
  /** Aborted when the cache is being closed. */
  readonly closing: AbortSignal;
  readonly hashing: HashPool;
  readonly blobs: BlobStore;
  /** Folder of partial files. */
  readonly folder: string;
  readonly slots: ConnectionSlots;
  readonly lanes: SourceLanes;
  readonly pauses: SourcePauses;
  readonly maxAttempts: number;
  readonly retryDelayMs: number;
}

/** How one fetch reports and is stopped. */
export interface FetchCallbacks {
  readonly signal: AbortSignal;
  /** Bytes of the file that are there now. */
  readonly onProgress: (doneBytes: number) => void;
  /** Bytes that came over the network. */
  readonly onReceived: (bytes: number) => void;
  readonly onRetry: (event: RetryEvent) => void;
}

/**
 * Names a content before it is here: by its sha256 where the source knows it, else by its git blob id.
 * It is also the name of the partial file and, prefixed, of the lease. Fails if the source does not say what the content is.
 */
export function flightId(file: Pick<RemoteFile, 'path' | 'digest' | 'gitOid'>): string {
  if (file.digest === undefined && file.gitOid === undefined) {
    throw new ModelkeepError(
      'source-unavailable',
      `the source does not say what is in ${file.path}, so nothing could prove it`,
      { details: { file: file.path } },
    );
  }
  return file.digest === undefined ? `git-${file.gitOid}` : `sha256-${file.digest}`;
}
