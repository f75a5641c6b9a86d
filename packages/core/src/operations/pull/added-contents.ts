import type { CoreContext } from '../../context.ts';
import { flightId } from '../../fetch/fetch-target.ts';
import { quotaOf } from '../../leases/room-need.ts';
import type { AddedContent, BlobRecord } from '../../spi/metadata-store.ts';
import type { Digest } from '../../spi/model.ts';
import type { RemoteFile } from '../../spi/model-source.ts';

/**
 * What a connection will have more of once it has `files`: those without a record, and, where it has a quota, those that are
 * here only through other connections or imports.
 */
export async function addedContents(
  ctx: CoreContext,
  connection: string,
  files: readonly RemoteFile[],
  records: ReadonlyMap<string, BlobRecord>,
): Promise<readonly AddedContent[]> {
  const sizes = new Map(files.map((file) => [flightId(file), file.size]));
  const present = [...sizes.keys()].flatMap((id) => records.get(id)?.digest ?? []);
  const isLimited = quotaOf(ctx, connection) !== undefined;
  const shown = isLimited ? await shownBy(ctx, connection, present) : new Set(present);
  return [...sizes].flatMap(([id, bytes]) => {
    const record = records.get(id);
    return record !== undefined && shown.has(record.digest) ? [] : [{ id, bytes }];
  });
}

/** Those of the contents that entries of the connection refer to. */
async function shownBy(
  { metadata }: CoreContext,
  connection: string,
  digests: readonly Digest[],
): Promise<ReadonlySet<Digest>> {
  if (digests.length === 0) return new Set();
  const users = await metadata.blobUsers(digests);
  if (users.size === 0) return new Set();
  const commits = new Set<string>();
  for await (const entry of metadata.listEntries()) {
    if (entry.connection === connection) commits.add(`${entry.modelId}@${entry.commit}`);
  }
  return new Set(
    digests.filter((digest) =>
      users.get(digest)?.some(({ modelId, commit }) => commits.has(`${modelId}@${commit}`)),
    ),
  );
}
