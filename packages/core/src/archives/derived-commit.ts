import { createHash } from 'node:crypto';
import type { Digest } from '../spi/model.ts';

/**
 * The id of a snapshot whose commit nobody knows: sha1 over one line a file, `<path>\0<size>\0<sha256>\n`, in the order
 * of the paths' UTF-16 code units. The same content gives the same id everywhere.
 */
export function derivedCommit(
  files: Iterable<{ readonly path: string; readonly size: number; readonly digest: Digest }>,
): string {
  const hash = createHash('sha1');
  const sorted = [...files].toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  for (const { path, size, digest } of sorted) hash.update(`${path}\0${size}\0${digest}\n`);
  return hash.digest('hex');
}
