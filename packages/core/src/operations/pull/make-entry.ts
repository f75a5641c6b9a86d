import type { User } from '../../api/options.ts';
import type { CoreContext } from '../../context.ts';
import { buildModelMetadata } from '../../model-metadata/build-model-metadata.ts';
import type { ModelRef } from '../../names/model-name.ts';
import type { Entry, Snapshot } from '../../spi/model.ts';
import type { ResolvedModel } from '../../spi/model-source.ts';

/** The entry of a model that was fetched just now; of an earlier one it keeps use and pin. */
export async function makeEntry(
  ctx: CoreContext,
  ref: ModelRef,
  resolved: ResolvedModel,
  snapshot: Snapshot,
  connection: string,
  user: User,
): Promise<Entry> {
  const before = await ctx.metadata.getEntry(ref.key);
  const downloadDate = Date.now();
  return {
    key: ref.key,
    modelId: ref.modelId,
    revision: ref.revision,
    commit: snapshot.commit,
    metadata: await buildModelMetadata(ref, resolved, {
      downloadDate,
      downloadedBy: user.name,
      sizeInBytes: snapshot.files.reduce((sum, { size }) => sum + size, 0),
    }),
    connection,
    downloadedBy: user.name,
    downloadDate,
    ...(before?.lastUsed === undefined ? {} : { lastUsed: before.lastUsed }),
    ...(before?.lastUsedBy === undefined ? {} : { lastUsedBy: before.lastUsedBy }),
    pinned: before?.pinned ?? false,
  };
}
