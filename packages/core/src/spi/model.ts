/** 64 lower-case hex digits: the sha256 of a blob's content. */
export type Digest = string;

/** 40 lower-case hex digits: git's sha1 of `blob <size>\0<content>`, or of a commit. */
export type GitOid = string;

/** One file of a snapshot. */
export interface SnapshotFile {
  /** Path in the repository, `/`-separated, byte for byte as the source gave it. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** The content's sha256. Absent only for a file that was never fetched and that the source does not give a sha256 for. */
  readonly digest?: Digest;
  /** Git blob id of the content, for a file kept by git itself. */
  readonly gitOid?: GitOid;
  /** Whether the source keeps the file by git-lfs. Decides the ETag, and so the blob's name in a Hugging Face cache. */
  readonly lfs: boolean;
}

/** The files of one model at one commit. Immutable, but that omitted files may be fetched later. */
export interface Snapshot {
  readonly modelId: string;
  /** 40 hex digits. */
  readonly commit: string;
  /** True if no commit was known and `commit` was derived from the content. */
  readonly derived: boolean;
  /** The files kept, sorted by path (by UTF-16 code unit). */
  readonly files: readonly SnapshotFile[];
  /** Files of the commit that were left out by include or exclude patterns, sorted by path. Empty for a complete snapshot. */
  readonly omitted: readonly SnapshotFile[];
  /** When it was stored first, ms since the epoch. */
  readonly createdAt: number;
}

/**
 * `model_metadata.json`, version 0: the archive contract. Unknown fields are kept and written back.
 * `lastDssUsage` and `lastUsedBy` are filled from the entry's own usage columns when it is written.
 */
export interface ModelMetadata {
  readonly commitHash?: string | null;
  readonly downloadDate?: number | null;
  readonly downloadedBy?: string | null;
  readonly lastDssUsage?: number | null;
  readonly lastModified?: string | null;
  readonly lastUsedBy?: string | null;
  readonly libraryName?: string | null;
  readonly modelDefinition: { readonly key: string; readonly [unknown: string]: unknown };
  readonly pipelineName?: string | null;
  readonly sizeInBytes?: number | null;
  readonly taggedLanguages?: readonly string[] | null;
  readonly tags?: readonly string[] | null;
  readonly url: string;
  readonly version: 0;
  readonly [unknown: string]: unknown;
}

/** What a user sees as "a cached model": a model key and the commit that it points at. */
export interface Entry {
  /** `hf@<model id>` or `hf@<model id>@<revision>`; never with `@main`. */
  readonly key: string;
  readonly modelId: string;
  /** `main` when the key names none. */
  readonly revision: string;
  readonly commit: string;
  readonly metadata: ModelMetadata;
  /** Name of the connection it came through; absent for an import. */
  readonly connection?: string;
  readonly downloadedBy: string;
  /** ms since the epoch. */
  readonly downloadDate: number;
  readonly lastUsedBy?: string;
  /** ms since the epoch. */
  readonly lastUsed?: number;
  readonly pinned: boolean;
}

/** An entry with the figures of its snapshot. */
export interface EntrySummary extends Entry {
  /** Bytes of the files kept. */
  readonly sizeInBytes: number;
  readonly fileCount: number;
  /** {@link Snapshot.createdAt}: another one than before where the snapshot was removed and stored anew. */
  readonly createdAt: number;
  /** False if files of the commit were left out. */
  readonly complete: boolean;
}
