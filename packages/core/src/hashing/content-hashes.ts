import type { Digest, GitOid } from '../spi/model.ts';

/** What the content of a file was found to be. */
export interface ContentHashes {
  readonly digest: Digest;
  /** Only where it was asked for. */
  readonly gitOid?: GitOid;
}
