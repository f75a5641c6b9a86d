/** A file of the archive that was taken in, or passed over, under the name that the archive gives it. */
export interface MemberRecord {
  readonly member: string;
  readonly segments: readonly string[];
  readonly size: number;
  /** Whether `content` is all of it, and nothing was staged. */
  whole: boolean;
  /** The whole content of a small text, or the first bytes that its kind is told by. */
  content: Uint8Array | undefined;
}
