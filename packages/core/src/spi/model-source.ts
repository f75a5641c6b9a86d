import type { Digest, GitOid } from './model.ts';

export interface SourceCallOptions {
  readonly signal?: AbortSignal;
}

/** What a revision is at this moment, and what the source says about the model. */
export interface ResolvedModel {
  /** The id under which the source knows the model now (differs from the asked one after a rename, or in case). */
  readonly modelId: string;
  /** 40 hex digits. */
  readonly commit: string;
  /** ISO 8601. */
  readonly lastModified?: string;
  readonly libraryName?: string;
  readonly pipelineName?: string;
  readonly tags: readonly string[];
  readonly gated: boolean;
  readonly private: boolean;
  /** The page of the model at this revision, id percent-encoded: `https://huggingface.co/org%2Fname/tree/main`. */
  readonly url: string;
}

/** One file as the source lists it. One of `digest` and `gitOid` is always there. */
export interface RemoteFile {
  readonly path: string;
  /** Bytes of the content (not of a pointer). */
  readonly size: number;
  /** sha256 of the content, for a file kept by git-lfs. */
  readonly digest?: Digest;
  /** Git blob id of the content, for a file kept by git itself. */
  readonly gitOid?: GitOid;
  readonly lfs: boolean;
}

export interface OpenFileOptions extends SourceCallOptions {
  /** First byte. Default: 0. */
  readonly start?: number;
  /** The byte after the last one. Default: the file's size. */
  readonly end?: number;
}

/** Raw bytes on their way. Nothing about them is proved. */
export interface RemoteBody {
  /** First byte that `body` gives: 0 if the source could not give a range. */
  readonly start: number;
  /** Size of the whole file, where the source said so. */
  readonly size?: number;
  /** Identity of the content. Two ranges with different identities are never parts of one file. */
  readonly etag?: string;
  /**
   * Fails with a retryable `source-unavailable` if the connection breaks or stalls; a body cut short may also just end.
   * Not reading, or returning early, closes the connection.
   */
  readonly body: AsyncIterable<Uint8Array>;
  /**
   * Takes back the memory of a chunk that was read and is not looked at any more. Without it the garbage collector frees
   * what came, which for a large file costs more than receiving it.
   */
  readonly release?: (chunk: Uint8Array) => void;
}

/** A branch or a tag. */
export interface NamedRevision {
  readonly name: string;
  readonly kind: 'branch' | 'tag';
  /** 40 hex digits. */
  readonly commit: string;
}

/** A model as its source describes it. */
export interface ModelDescription {
  readonly resolved: ResolvedModel;
  /** The whole description in the form of the Hub's API. */
  readonly info: Readonly<Record<string, unknown>>;
  /** Given back at the next question, so that the source can say that nothing has changed. */
  readonly etag?: string;
  /** Every file of the commit, where that was asked for and could be told in the same answer. */
  readonly files?: readonly RemoteFile[];
}

export interface DescribeOptions extends SourceCallOptions {
  readonly etag?: string;
  /** Whether the files are needed as well: what a source tells at once need not be listed. Default: false. */
  readonly withFiles?: boolean;
}

/** A request to the source's own API, passed on. */
export interface ForwardRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  /** Path and query below the source's address: `/api/models/org/name/discussions?p=1`. */
  readonly path: string;
  readonly contentType?: string;
  /** Small; never a stream. */
  readonly body?: Uint8Array;
}

/** Its answer, whatever the status. */
export interface ForwardedAnswer {
  readonly status: number;
  /** Lower-case names; without credentials, cookies, and what concerns one connection only. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Speaks to one upstream. Returns what it says; core checks sizes and digests.
 *
 * Errors: `model-not-found`, `revision-not-found`, `file-not-found`, `gated`, `access-denied`; `rate-limited` with
 * `retryAfterMs`; `source-unavailable` (retryable) for timeouts, resets, 5xx, and names that do not resolve, the message
 * naming the host that failed. The access token never leaves the connection's own origin and is in no message.
 * A source does not retry on its own, but for a signed URL that has expired: core does.
 */
export interface ModelSource {
  readonly specificationVersion: 'v1';
  /** For people and for `connection`: `huggingface`. */
  readonly name: string;
  /** The upstream's address, without credentials. */
  readonly endpoint: string;

  /** Binds a revision to a commit. */
  resolve(modelId: string, revision: string, options?: SourceCallOptions): Promise<ResolvedModel>;
  /** Every file of a commit, in no order. */
  listFiles(
    modelId: string,
    commit: string,
    options?: SourceCallOptions,
  ): AsyncIterable<RemoteFile>;
  /** Opens a file, or a range of it. */
  open(
    modelId: string,
    commit: string,
    file: RemoteFile,
    options?: OpenFileOptions,
  ): Promise<RemoteBody>;
  /** Frees connections. No call is made afterwards. */
  close(): Promise<void>;

  /** Branches and tags. Without it an unknown revision is reported without saying which exist. */
  listRevisions?(modelId: string, options?: SourceCallOptions): Promise<readonly NamedRevision[]>;
  /** Binds a revision, and tells all that is known of the model. Without it an endpoint tells what `resolve` says. */
  describe?(
    modelId: string,
    revision: string,
    options?: DescribeOptions,
  ): Promise<ModelDescription | 'unchanged'>;
  /** Git's own object of a commit, as far as the source has it; core checks it. Without it, clones from an endpoint have commits that the endpoint makes. */
  commitObject?(
    modelId: string,
    commit: string,
    options?: SourceCallOptions,
  ): Promise<Uint8Array | undefined>;
  /** Passes a request of an endpoint's client on. Without it an endpoint serves only what core knows of. */
  forward?(request: ForwardRequest, options?: SourceCallOptions): Promise<ForwardedAnswer>;
}
