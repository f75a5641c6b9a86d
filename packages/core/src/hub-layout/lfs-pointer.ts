import { gitOidOfBytes } from '../hashing/hash-bytes.ts';
import type { Digest, GitOid } from '../spi/model.ts';

/** The text that git keeps for a git-lfs file (git-lfs specification, v1). */
function lfsPointerText(digest: Digest, size: number): string {
  return `version https://git-lfs.github.com/spec/v1\noid sha256:${digest}\nsize ${size}\n`;
}

/** Git blob id of that text: the file's `oid` in the Hub's listings. */
export function lfsPointerOid(digest: Digest, size: number): GitOid {
  return gitOidOfBytes(new TextEncoder().encode(lfsPointerText(digest, size)));
}
