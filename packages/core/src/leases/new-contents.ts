import type { CoreContext } from '../context.ts';
import { presentBlobs } from '../fetch/claims.ts';
import { flightId } from '../fetch/fetch-target.ts';
import type { AddedContent } from '../spi/metadata-store.ts';
import type { SnapshotFile } from '../spi/model.ts';

/** Names the content of a file as a pull of it would. */
export function contentId({ path, digest, gitOid, lfs }: SnapshotFile): string {
  const isKeptByGit = !lfs && gitOid !== undefined;
  return flightId({ path, ...(isKeptByGit ? { gitOid } : digest && { digest }) });
}

/** What the store will have more of once it has contents of these ids and sizes. */
export async function newContents(
  { metadata }: Pick<CoreContext, 'metadata'>,
  sizes: ReadonlyMap<string, number>,
): Promise<readonly AddedContent[]> {
  const present = await presentBlobs(metadata, [...sizes.keys()]);
  return [...sizes].flatMap(([id, bytes]) => (present.has(id) ? [] : [{ id, bytes }]));
}

/** The same of files whose content is known. */
export function newContentsOf(
  ctx: Pick<CoreContext, 'metadata'>,
  files: readonly SnapshotFile[],
): Promise<readonly AddedContent[]> {
  return newContents(ctx, new Map(files.map((file) => [contentId(file), file.size])));
}
