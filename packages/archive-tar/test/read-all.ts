import { createHash } from 'node:crypto';
import type { ArchiveInput } from '@modelkeep/core/spi';
import { tarArchives } from '../src/tar-archives.ts';

/** What two readers must agree on; the digest is of a file's content. */
export interface ReadMember {
  readonly path: string;
  readonly kind: string;
  readonly size: number;
  readonly digest: string;
}

/** All members of an archive in memory. */
export async function readAll(
  archive: Uint8Array,
  format: string = 'tar',
  chunkSize: number = 1 << 20,
): Promise<ReadMember[]> {
  const members: ReadMember[] = [];
  const input: ArchiveInput = {
    async *stream(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < archive.length; at += chunkSize)
        yield archive.subarray(at, at + chunkSize);
    },
  };
  const limits = { maxEntries: 1000, maxPathBytes: 2000, maxTotalBytes: () => 2 ** 50 };
  for await (const { path, kind, size, body } of tarArchives().read(input, format, limits)) {
    const hash = createHash('sha1');
    for await (const chunk of body) if (kind === 'file') hash.update(chunk);
    members.push({ path, kind, size, digest: hash.digest('hex') });
  }
  return members;
}
