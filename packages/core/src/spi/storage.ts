/** One object as the storage keeps it. */
export interface StoredObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** When it was written, by the storage's own clock, ms since the epoch. */
  readonly modifiedAt: number;
  /** Opaque; changes whenever the bytes may have changed (local disk: size, mtime and inode; S3: ETag). Lets core trust an earlier hash. */
  readonly receipt: string;
}

export interface StorageFeatures {
  /** Whether `write` and `ingestFile` honour `onlyIfAbsent` with exactly one winner. Without it core relies on leases alone. */
  readonly conditionalWrite: boolean;
}

export interface StorageCallOptions {
  readonly signal?: AbortSignal;
}

/** Gives memory for at most `bytes` bytes: one at least. */
export type TakeBuffer = (bytes: number) => Uint8Array;

export interface StorageReadOptions extends StorageCallOptions {
  /** First byte. Default: 0. */
  readonly start?: number;
  /** The byte after the last one. Default: the object's size; beyond it is clamped. */
  readonly end?: number;
  /**
   * Where chunks may be read into, for a reader that uses its memory again: a chunk that lies in what was given is the
   * reader's, any other chunk is memory of its own. A storage need not heed it.
   */
  readonly takeBuffer?: TakeBuffer;
}

export interface StorageWriteOptions extends StorageCallOptions {
  /** Expected bytes; a body of another length fails with `storage-failed` and leaves nothing. */
  readonly size?: number;
  /** Fail with `conflict` if the key exists. Honoured only where `features.conditionalWrite` is true. Default: replace. */
  readonly onlyIfAbsent?: boolean;
}

export interface PresignOptions extends StorageCallOptions {
  /** Seconds the URL stays good. */
  readonly expiresInSeconds: number;
  /** `Content-Disposition` that the answer must carry. */
  readonly contentDisposition?: string;
}

export interface StorageCapacity {
  /** Bytes of the volume. */
  readonly totalBytes: number;
  /** Bytes that this process may still write. */
  readonly freeBytes: number;
}

/**
 * Moves bytes by key. Knows no models and no digests: core proves content, a storage carries it.
 *
 * Keys are `/`-separated segments of `A-Z a-z 0-9 . _ - + @ = % ~`, no segment is empty, `.` or `..`, at most 1024 bytes
 * in all; anything else fails with `invalid-key`. A missing object fails with `object-not-found`, a full volume with
 * `no-space`, an object that somebody deletes in the moment in which it is stored with a retryable `conflict`, all else with
 * `storage-failed`; `cause` is the library's error. An object is visible only when it is complete, and durable when the call
 * returns. An abort rejects with `signal.reason` and leaves nothing behind.
 */
export interface Storage {
  readonly specificationVersion: 'v1';
  /** For people: `local disk`, `S3`. */
  readonly name: string;
  readonly features: StorageFeatures;

  /** Called once before any other call: checks that the storage can be used, and fails with the reason if not. */
  open(options?: StorageCallOptions): Promise<void>;
  /** The object, or undefined if there is none. */
  stat(key: string, options?: StorageCallOptions): Promise<StoredObject | undefined>;
  /** The bytes from `start` to `end`. Cancelling the stream frees what it holds. */
  read(key: string, options?: StorageReadOptions): Promise<ReadableStream<Uint8Array>>;
  /** Stores `body` under `key`, all or nothing. */
  write(
    key: string,
    body: AsyncIterable<Uint8Array>,
    options?: StorageWriteOptions,
  ): Promise<StoredObject>;
  /** Removes the object; a missing one is not an error. */
  delete(key: string, options?: StorageCallOptions): Promise<void>;
  /** All objects whose key begins with `prefix` (any string, also in the middle of a segment), in no order. Must not hold all of them in memory. */
  list(prefix: string, options?: StorageCallOptions): AsyncIterable<StoredObject>;
  /** Frees handles. No call is made afterwards. */
  close(): Promise<void>;

  /**
   * Takes over a finished local file as the object: afterwards the path is gone. A storage on the same volume renames it.
   * Without it core streams the file through `write`. Of a file that is not there, or no more, the error is `storage-failed`
   * with the system's own among its causes, as its `code` (`ENOENT`) tells core that another process took the file.
   */
  ingestFile?(key: string, path: string, options?: StorageWriteOptions): Promise<StoredObject>;
  /** Path of an existing object on this machine, for reading only. Without it core copies objects to a local folder first. */
  localPath?(key: string): string;
  /** A URL at which anybody can read the object for a while. Without it core streams the bytes itself. */
  presign?(key: string, options: PresignOptions): Promise<URL>;
  /** Room on the volume. Without it core reserves nothing and learns of a full volume from `no-space`. */
  capacity?(options?: StorageCallOptions): Promise<StorageCapacity>;
  /**
   * A local folder on the same volume as the objects, where core keeps partial files (`partial/`) and checkouts (`hub/`),
   * so that publishing is a rename and a checkout is a link. Without it the embedder must name a folder.
   */
  readonly workspace?: string;
}
