import type { ArchiveInput } from '../spi/archive-format.ts';
import type { CopyOptions, CopyReport, StoreBackends } from './copying.ts';
import type { EvictionReport, EvictOptions } from './eviction.ts';
import type { FlightView } from './flights.ts';
import type { HubView } from './hub-view.ts';
import type { CacheInspection } from './inspection.ts';
import type {
  CallOptions,
  DownloadOptions,
  ExportOptions,
  FolderInput,
  ImportOptions,
  LongCallOptions,
  OpenOptions,
  VerifyOptions,
} from './options.ts';
import type {
  AdoptResult,
  CachedModel,
  GarbageReport,
  ImportResult,
  ModelDetails,
  ModelExport,
  OpenedModel,
  PullResult,
  RemovedModel,
  Usage,
  VerifyReport,
} from './results.ts';

/**
 * A managed cache of models. `name` is a model id with an optional revision: `org/name`, `gpt2`, `org/name@v1.0`.
 *
 * Every failure is a `ModelkeepError`, but for an abort, which rejects with `signal.reason`. A name that is not well
 * formed fails with `invalid-argument`.
 */
export interface ModelCache extends AsyncDisposable {
  /** The cache as a Hub endpoint needs it: filled by use. */
  readonly hub: HubView;
  /** The cache as a page or a program that administers it needs it. */
  readonly inspection: CacheInspection;
  /** What this process is fetching, as others on the store may read it. */
  readonly flights: FlightView;

  /** The folder of a cached model. Never touches a source. Fails with `model-not-cached`, naming the command that would fetch it. */
  getModelFromCache(name: string, options?: CallOptions): Promise<string>;
  /** The folder of the model; what is absent of it is fetched first. What is whole is returned as it is: use {@link pullModel} to follow a branch that moved. */
  downloadModelToCache(name: string, options?: DownloadOptions): Promise<string>;
  /** Binds the revision to its commit now and fetches what is absent. An older snapshot stays until it is removed. */
  pullModel(name: string, options?: DownloadOptions): Promise<PullResult>;

  /** A cached model, without counting a use. Fails with `model-not-cached`. */
  findModel(name: string, options?: CallOptions): Promise<CachedModel>;
  /** The files of a cached model. Counts as a use, and never touches a source. Fails with `model-not-cached`; with `gated` or `model-not-found` for what no connection enables for the user. */
  openModel(name: string, options?: OpenOptions): Promise<OpenedModel>;
  /** All entries by key. */
  listModels(options?: CallOptions): AsyncIterable<CachedModel>;
  showModel(name: string, options?: CallOptions): Promise<ModelDetails>;
  usage(options?: CallOptions): Promise<Usage>;
  setPinned(name: string, pinned: boolean, options?: CallOptions): Promise<void>;

  /** Removes the entry, the snapshots that nothing else points at, and the blobs that nothing else uses. `name@<commit>` removes one old snapshot. */
  removeModel(name: string, options?: CallOptions): Promise<RemovedModel>;
  /** Removes what nothing refers to: blobs, partial files, checkouts. Waits for nobody but who is just storing a model of which it found leavings, and never takes what a writer may use. */
  collectGarbage(options?: LongCallOptions & { readonly dryRun?: boolean }): Promise<GarbageReport>;

  /** Removes what was not used for longest until no more than the quota is left, or `toBytes`. Pinned models stay, and those in use; each choice is explained. */
  evictModels(options?: EvictOptions): Promise<EvictionReport>;

  exportModel(name: string, options?: ExportOptions): Promise<ModelExport>;
  /** Imports an archive, an unpacked folder, or a folder with a model's files alone. All or nothing. */
  importModel(input: ArchiveInput | FolderInput, options?: ImportOptions): Promise<ImportResult>;
  /** Takes the models of a Hugging Face cache folder, of any client, by linking; digests are verified. */
  adoptFolder(folder: string, options?: LongCallOptions): Promise<AdoptResult>;

  verifyModels(options?: VerifyOptions): Promise<VerifyReport>;
  /** Copies all of another store into this one, and what has changed when it is done again; opens and closes the other one's backends, and only reads them. */
  copyStore(from: StoreBackends, options?: CopyOptions): Promise<CopyReport>;
  /** Makes the metadata store anew from the manifests. Returns the number of entries. */
  rebuildIndex(options?: LongCallOptions): Promise<number>;

  /** Ends flights (they stay resumable) and frees every handle. */
  close(): Promise<void>;
}
