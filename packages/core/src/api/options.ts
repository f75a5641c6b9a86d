import type { ArchiveFormat } from '../spi/archive-format.ts';
import type { MetadataStore } from '../spi/metadata-store.ts';
import type { ModelSource } from '../spi/model-source.ts';
import type { Storage } from '../spi/storage.ts';
import type { CacheEventListener } from './events.ts';
import type { FlightPeers } from './flights.ts';

/** A named upstream: a source, and what it may be used for. */
export interface Connection {
  readonly name: string;
  readonly source: ModelSource;
  /** Globs over model ids (`*` stays within a segment, `**` crosses) that this connection enables. Default: all. */
  readonly models?: readonly string[];
  /** Whether use through a server fills the cache. Default: true. */
  readonly populateOnUse?: boolean;
  /** Who is sent to the storage for large files, where it gives out addresses. Default: `auto`. */
  readonly redirects?: Redirects;
  /** Most bytes of the models that came through it, each content counted once. Default: no limit but the store's. */
  readonly quotaBytes?: number;
}

/** `auto`: clients that are known to follow to another host; `always`: all but web pages, which may not read there; `never`: nobody. */
export type Redirects = 'auto' | 'always' | 'never';

/** On whose behalf a call is made. An admin may download anything; others only what a connection enables. */
export interface User {
  readonly name: string;
  readonly role: 'admin' | 'user';
}

/** How files are fetched. The defaults suit the Hub; every figure is an upper limit that the engine adapts to. */
export interface FetchTuning {
  /** Connections in use at once, over all files. Default: 32. */
  readonly maxConnections?: number;
  /** Tries of one range without any new byte before the file fails. Default: 6. */
  readonly maxAttempts?: number;
  /** First wait between tries, ms; doubled each time, with jitter, up to 30 s. Default: 500. */
  readonly retryDelayMs?: number;
  /** How long a lease of a silent holder stays good, ms. Default: 15000. */
  readonly leaseTtlMs?: number;
}

export interface ModelCacheOptions {
  readonly storage: Storage;
  readonly metadata: MetadataStore;
  /** Where models come from, in order: the first that enables a model serves it. A bare source is a connection of its own name that enables all. */
  readonly sources?: readonly (ModelSource | Connection)[];
  /** Archive formats for export and import. */
  readonly archives?: readonly ArchiveFormat[];
  /** Local folder for partial files and checkouts. Default: the storage's own. */
  readonly workspace?: string;
  /** Default: the operating system's user, as admin. */
  readonly user?: User;
  /** Never touch a source. Default: false. */
  readonly offline?: boolean;
  /** Most bytes of contents. What does not fit fails with `no-space`, or makes room (`evict`). Default: as much as the volume has. */
  readonly quotaBytes?: number;
  /**
   * Whether what was not used for longest is removed so that something new fits a quota or the volume: never what is pinned,
   * in use, used within the last ten minutes or imported, and nothing if that would not suffice. Default: false.
   */
  readonly evict?: boolean;
  readonly fetch?: FetchTuning;
  /**
   * Bounds what of a store that lies elsewhere is on this machine's disk: contents that are read often, and checkouts; what
   * nobody used for longest goes. Default: checkouts stay, and nothing else is kept. Ignored where the storage is local.
   */
  readonly localTier?: LocalTierLimits;
  /** How other processes on the store are read while they fetch. Default: a reader of what another one fetches waits until it is stored. */
  readonly peers?: FlightPeers;
  /** How long what a source said of a branch counts as fresh for an endpoint, ms. Default: 60000. */
  readonly freshMs?: number;
}

export interface LocalTierLimits {
  /** Bytes that contents and checkouts may take. Files on their way are not counted. */
  readonly maxBytes: number;
}

export interface CallOptions {
  /** On whose behalf. Default: the cache's user. */
  readonly user?: User;
  readonly signal?: AbortSignal;
}

export interface OpenOptions extends CallOptions {
  /** Whether it is noted as a use of the model. Default: true. */
  readonly countUse?: boolean;
}

export interface LongCallOptions extends CallOptions {
  readonly onEvent?: CacheEventListener;
}

export interface DownloadOptions extends LongCallOptions {
  /** Name of the connection to use. Default: the first that enables the model. */
  readonly connection?: string;
  /** Globs over file paths to keep (fnmatch as in huggingface_hub: `*` crosses `/`; a pattern that ends in `/` takes the folder). Default: all. */
  readonly include?: readonly string[];
  /** Globs over file paths to leave out; wins over `include`. */
  readonly exclude?: readonly string[];
  /** Whether the model becomes a folder on this machine, where the store lies elsewhere and there is a local tier. Default: true. */
  readonly layOut?: boolean;
}

export interface ExportOptions extends LongCallOptions {
  /** `tar`, `tar.gz`, `tar.zst` or `zip`, if a format that writes it was given. Default: `tar`. */
  readonly format?: string;
  /** Compress the contents of a format that mostly does not: zip. Weights hardly get smaller. Default: false. */
  readonly compress?: boolean;
  /** First byte to give: an export that broke off goes on there, if its `identity` is still the same. Default: 0. */
  readonly start?: number;
  /** Written as the last use in place of the model's own, so that a use in between does not change the bytes. */
  readonly lastUse?: LastUse;
}

/** When a model was used last, ms since the epoch, and by whom; both null if it never was. */
export interface LastUse {
  readonly at: number | null;
  readonly by: string | null;
}

/** What is known of a model of which there are only the files: a clone, or a folder that somebody filled. */
export interface ModelFacts {
  /** `org/name`, or `org/name@revision`. */
  readonly name: string;
  /** The page that it came from, id percent-encoded. Default: that on huggingface.co. */
  readonly url?: string;
  readonly libraryName?: string;
  readonly pipelineName?: string;
  readonly tags?: readonly string[];
}

/** An unpacked archive; with `model`, the files of the model alone, without any metadata. */
export interface FolderInput {
  readonly folder: string;
  readonly model?: ModelFacts;
}

export interface PackOptions extends CallOptions {
  /** Formats that can be written. */
  readonly archives: readonly ArchiveFormat[];
  /** One of their names. Default: `tar`. */
  readonly format?: string;
  /** As of {@link ExportOptions}. */
  readonly compress?: boolean;
}

export interface ImportOptions extends LongCallOptions {
  /** Replace an entry of the same key that points at another commit. Default: true. */
  readonly replace?: boolean;
  /** As for a download. Default: true. */
  readonly layOut?: boolean;
}

export interface VerifyOptions extends LongCallOptions {
  /** Models to check. Default: the whole store. */
  readonly models?: readonly string[];
  /** Compare sizes and receipts only, without reading content. Default: false. */
  readonly quick?: boolean;
  /** Fetch damaged blobs again and restore links and folders. Default: false. */
  readonly repair?: boolean;
}
