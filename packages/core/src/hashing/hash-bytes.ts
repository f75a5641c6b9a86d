import { createHash } from 'node:crypto';
import type { Digest, GitOid } from '../spi/model.ts';

/** For content that is small and in memory; files go through the hash pool. */
export function digestOfBytes(bytes: Uint8Array | string): Digest {
  return createHash('sha256').update(bytes).digest('hex');
}

export function gitOidOfBytes(bytes: Uint8Array): GitOid {
  return createHash('sha1').update(`blob ${bytes.byteLength}\0`).update(bytes).digest('hex');
}
