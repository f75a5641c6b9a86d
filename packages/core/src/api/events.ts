/** The files that are being moved at this moment. */
export interface ActiveFile {
  readonly path: string;
  /** Bytes so far, with those that were there before. */
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/**
 * What happens during a long call. `progress` comes at most ten times a second, and once at the end.
 * A listener that throws never fails the operation.
 */
export type CacheEvent =
  | {
      readonly type: 'resolved';
      readonly modelId: string;
      readonly revision: string;
      readonly commit: string;
    }
  /** Known before the first byte. `presentBytes` of `totalBytes` are in the cache already, or in a partial file. */
  | {
      readonly type: 'planned';
      readonly totalFiles: number;
      readonly totalBytes: number;
      readonly presentFiles: number;
      readonly presentBytes: number;
    }
  | {
      readonly type: 'progress';
      readonly doneBytes: number;
      /** Absent where it is not known (an import from a stream). */
      readonly totalBytes?: number;
      readonly doneFiles: number;
      readonly totalFiles?: number;
      readonly active: readonly ActiveFile[];
    }
  | { readonly type: 'file-done'; readonly path: string; readonly size: number }
  | {
      readonly type: 'retry';
      readonly path: string;
      readonly attempt: number;
      readonly delayMs: number;
      readonly reason: string;
    }
  | { readonly type: 'warning'; readonly message: string };

export type CacheEventListener = (event: CacheEvent) => void;
