import type { ImportPreview } from '../../api/inspection.ts';
import type { ArchivePlan } from '../../archives/archive-plan.ts';
import type { CoreContext } from '../../context.ts';
import type { Digest } from '../../spi/model.ts';
import type { ProvedModel } from './check-contents.ts';

/** What importing the proved archive would do. */
export async function describeImport(
  ctx: CoreContext,
  plan: ArchivePlan,
  model: ProvedModel,
): Promise<ImportPreview> {
  const { key, modelId, revision } = plan.ref;
  const { url, libraryName, pipelineName, tags } = plan.metadata;
  const digests = model.files.map(({ file }) => file.digest);
  const known = await ctx.metadata.getBlobs(digests);
  const added = new Map<Digest, number>();
  for (const { file } of model.files)
    if (!known.has(file.digest)) added.set(file.digest, file.size);
  const before = await ctx.metadata.getEntry(key);
  const capacity = await ctx.storage.capacity?.();
  return {
    key,
    modelId,
    revision,
    commit: model.commit,
    derived: model.derived,
    url,
    ...(typeof libraryName === 'string' ? { libraryName } : {}),
    ...(typeof pipelineName === 'string' ? { pipelineName } : {}),
    tags: tags ?? [],
    files: model.files.map(({ file: { path, size, lfs, digest } }) => ({
      path,
      size,
      lfs,
      present: known.has(digest),
    })),
    sizeInBytes: model.files.reduce((sum, { file }) => sum + file.size, 0),
    addedFiles: added.size,
    addedBytes: [...added.values()].reduce((sum, size) => sum + size, 0),
    ...(before === undefined ? {} : { replaces: { key: before.key, commit: before.commit } }),
    warnings: plan.warnings,
    ...(capacity === undefined ? {} : { freeBytes: capacity.freeBytes }),
  };
}
