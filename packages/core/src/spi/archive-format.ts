/** Something to read an archive from. */
export interface ArchiveInput {
  /** The archive on this machine, where it is a file. Always set for a format with `features.randomAccess`. */
  readonly path?: string;
  /** Bytes, where known. */
  readonly size?: number;
  /** The bytes in order. May be called once. */
  stream(): AsyncIterable<Uint8Array>;
}

/** One member as the archive declares it. Core, not the format, decides what is acceptable. */
export interface ArchiveEntry {
  /** As in the archive, decoded as strict UTF-8; not normalised, not checked. Directories without a trailing slash. */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'symlink' | 'hardlink' | 'other';
  /** Bytes of the content. */
  readonly size: number;
  /** Where a link points. */
  readonly linkTarget?: string;
  /**
   * Where the content begins in the file `input.path`, if it lies there as it is, in one piece. Core then may take it from
   * the file itself, and leave `body` unread.
   */
  readonly position?: number;
  /** Holds the content at `position` against the archive's own checksum of it; for who leaves `body` unread. Absent where there is none. Fails with `archive-invalid`. */
  readonly checkContent?: () => Promise<void>;
  /** The content. What is not read is skipped when the next entry is asked for. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** One file to write. */
export interface ArchiveMember {
  readonly path: string;
  /** Bytes; a body of another length fails with `storage-failed`. */
  readonly size: number;
  /** Equal for equal contents alone: by it a format may know again what it found out of one. */
  readonly identity?: string;
  /** The content from byte `start` on. Default: 0. */
  open(start?: number): AsyncIterable<Uint8Array>;
}

export interface ArchiveReadOptions {
  readonly signal?: AbortSignal;
  /** Most members, of any kind. Beyond: `archive-invalid`. */
  readonly maxEntries: number;
  /** Most bytes of one decoded path. Beyond: `archive-invalid`. */
  readonly maxPathBytes: number;
  /** Most bytes after decompression, asked again before each member: the caller lowers it once it knows the declared total. Beyond: `archive-invalid`. */
  maxTotalBytes(): number;
}

export interface ArchiveWriteOptions {
  readonly signal?: AbortSignal;
  /** One of the format's `names`. */
  readonly format: string;
  /** Compress contents, where `features.compressOption` is true. Default: false. */
  readonly compress?: boolean;
  /** First byte of the archive to give, where `features.partialWrite` is true. Default: 0. */
  readonly start?: number;
}

export interface ArchiveFormatFeatures {
  /** Whether reading needs the whole archive as a file. Core then spools a stream to disk first. */
  readonly randomAccess: boolean;
  /** Whether `write` honours `start` for the formats of which it knows the size. Without it core drops what comes before. Default: false. */
  readonly partialWrite?: boolean;
  /** Whether `write` honours `compress`: it can do either under one name. Default: false. */
  readonly compressOption?: boolean;
}

/**
 * Reads and writes one family of archives, streaming.
 * A malformed, truncated, ambiguous or trailing-garbage archive fails with `archive-invalid`; the message names the member and the reason.
 */
export interface ArchiveFormat {
  readonly specificationVersion: 'v1';
  /** What it writes: `tar`, `tar.gz`, `tar.zst`; `zip`. */
  readonly names: readonly string[];
  readonly features: ArchiveFormatFeatures;

  /** The name of the format whose magic bytes `head` (at least 512 bytes, or the whole input) begins with, if it is one of `names`. */
  detect(head: Uint8Array): string | undefined;
  /** The members in the archive's own order. `input` is in the format that `detect` named. */
  read(
    input: ArchiveInput,
    format: string,
    options: ArchiveReadOptions,
  ): AsyncIterable<ArchiveEntry>;
  /** The archive's bytes: the same members give the same bytes. All folders above a member are written before it. */
  write(
    members: Iterable<ArchiveMember> | AsyncIterable<ArchiveMember>,
    options: ArchiveWriteOptions,
  ): ReadableStream<Uint8Array>;
  /** Exact bytes that `write` will give, where they do not depend on content; undefined where it compresses. */
  writtenSize(
    members: Iterable<{ readonly path: string; readonly size: number }>,
    format: string,
    options?: Pick<ArchiveWriteOptions, 'compress'>,
  ): number | undefined;
}
