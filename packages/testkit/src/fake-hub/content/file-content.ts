/** The bytes of one file, whatever keeps them. */
export interface FileContent {
  readonly size: number;
  /**
   * The bytes from `start` up to `end`, in pieces of at most `chunkBytes`.
   * A piece stays as it is until the second piece after it has been asked for.
   */
  chunks(start: number, end: number, chunkBytes: number): AsyncIterable<Buffer>;
}

/** A part of a file that an answer carries. */
export interface ContentSlice {
  readonly content: FileContent;
  readonly start: number;
  readonly end: number;
}
