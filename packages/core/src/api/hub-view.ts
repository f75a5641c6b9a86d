import type { SnapshotFile } from '../spi/model.ts';
import type { ForwardedAnswer, ForwardRequest } from '../spi/model-source.ts';
import type { TakeBuffer } from '../spi/storage.ts';
import type { GitHistory } from './git-history.ts';
import type { CallOptions, Redirects } from './options.ts';

/** Where an answer came from: the cache, the source, or the cache because the source could not be asked. */
export type Origin = 'hit' | 'miss' | 'stale';

/** A model at one commit, as an endpoint serves it. */
export interface ServedRevision {
  /** The id under which the source knows the model now. Differs from the asked one after a rename, or in case. */
  readonly modelId: string;
  readonly revision: string;
  /** 40 hex digits. */
  readonly commit: string;
  /** The source's own description (the Hub's model info), without its list of files and without hints at other ways to the bytes; made from the metadata for a model that was imported. */
  readonly info: Readonly<Record<string, unknown>>;
  /** Every file of the commit, sorted by path, whether its content is here or not. */
  readonly files: readonly SnapshotFile[];
  readonly gated: boolean;
  readonly private: boolean;
  /** True if no commit was known and `commit` was derived from the content. */
  readonly derived?: boolean;
  /** True if no source is ever asked: what is not here is not to be had. */
  readonly offline?: boolean;
  /** Name of the connection that serves it; absent for an import. */
  readonly connection?: string;
  readonly origin: Origin;
  /** Milliseconds since the source was asked last. */
  readonly ageMs: number;
}

export type { TakeBuffer };

export interface ServedRange {
  /** First byte. Default: 0. */
  readonly start?: number;
  /** The byte after the last one. Default: the file's size. */
  readonly end?: number;
  /**
   * Where chunks may be read into, for a reader that uses its memory again: a chunk that lies in what was given is the
   * reader's, any other chunk is memory of its own. Default: each chunk is.
   */
  readonly takeBuffer?: TakeBuffer;
}

/** A way to a file's content past the server, in the storage. */
export interface DirectRead {
  readonly clients: Exclude<Redirects, 'never'>;
  /**
   * An address at which whoever has it may read the content for some minutes; undefined if the storage has lost it.
   * `contentDisposition`: the header that the answer there has.
   */
  address(contentDisposition: string): Promise<URL | undefined>;
}

/** One file of it. */
export interface ServedFile {
  /** The id under which the source knows the model now. Absent if it is not known to differ. */
  readonly modelId?: string;
  readonly file: SnapshotFile;
  readonly commit: string;
  readonly origin: Origin;
  readonly ageMs: number;
  /** Path of the content on this machine, for a server that can send files in a shorter way. Absent while it is fetched. */
  readonly localPath?: string;
  /** Absent while it is fetched, for what is on this machine, and where no client may be sent to the storage. */
  readonly direct?: DirectRead;
  /** To be called by who sends `localPath` or an address of `direct`: the file then is a part of its commit here, as one that was read by `open`. */
  noteSent(): void;
  /**
   * The bytes from `start` to `end` (default: all), as they arrive. The end of a file that is being fetched is held back
   * until its content is proved; if it is wrong the stream fails before it.
   */
  open(range?: ServedRange): AsyncIterable<Uint8Array>;
}

/** Branches and tags, as far as they are known. */
export interface ServedRefs {
  readonly branches: readonly { readonly name: string; readonly commit: string }[];
  readonly tags: readonly { readonly name: string; readonly commit: string }[];
  readonly origin: Origin;
  /** Milliseconds since the source was asked last, where that is known. */
  readonly ageMs?: number;
}

/**
 * The cache as an endpoint needs it: filled by use, and going on with what is there when a source is away.
 *
 * Errors: `model-not-found`, `revision-not-found`, `file-not-found` (with `details.commit`), `gated`, `access-denied`,
 * `not-enabled`; `offline`, `source-unavailable` and `rate-limited` (with `retryAfterMs`) only for what is not cached.
 */
export interface HubView {
  /** Binds the revision to its commit. Asks the source when what is known is older than the time to live. */
  revision(modelId: string, revision: string, options?: CallOptions): Promise<ServedRevision>;
  /** A file of a revision. Asks for no content before `open`. */
  file(modelId: string, revision: string, path: string, options?: CallOptions): Promise<ServedFile>;
  refs(modelId: string, options?: CallOptions): Promise<ServedRefs>;
  /** Names of what is kept of a model: the revisions of its entries, then its commits, also such as were only looked at. Asks no source, and tells nothing of who may read it. */
  kept(modelId: string, options?: CallOptions): Promise<readonly string[]>;
  /** Git's own object of a commit that `revision` gave, where it is known, or the source has it. */
  commitObject(
    modelId: string,
    commit: string,
    options?: CallOptions,
  ): Promise<Uint8Array | undefined>;
  /** What git clients were told. Holds names of commits alone, of models that their reader knows of. */
  readonly gitHistory: GitHistory;
  /**
   * Passes a request about a model, or about none, through to the source. Fails with `offline` if it may not be asked.
   * `hasOther` says that the caller has something else to tell: then it fails within seconds when the source is away.
   */
  forward(
    request: ForwardRequest,
    modelId: string | undefined,
    options?: CallOptions & { readonly hasOther?: boolean },
  ): Promise<ForwardedAnswer>;
}
