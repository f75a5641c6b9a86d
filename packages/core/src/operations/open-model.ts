import type { OpenOptions } from '../api/options.ts';
import type { OpenedModel } from '../api/results.ts';
import type { CoreContext } from '../context.ts';
import { ModelkeepError } from '../spi/errors.ts';
import { requireReadable, withFolder } from './find-model.ts';
import { requireSnapshot } from './snapshots.ts';
import { touch } from './touch.ts';

/** The files of a cached model, to be read. Nothing here can reach a source. */
export async function openModel(
  ctx: CoreContext,
  name: string,
  { user = ctx.user, signal, countUse = true }: OpenOptions = {},
): Promise<OpenedModel> {
  const entry = await requireReadable(ctx, name, user);
  const { modelId, commit } = entry;
  const model = await withFolder(ctx, entry);
  const { files, omitted, derived } = await requireSnapshot(ctx, entry);
  if (countUse) touch(ctx, entry, user);
  return {
    ...model,
    files,
    omitted,
    derived,
    content(digest) {
      const file = files.find((kept) => kept.digest === digest);
      if (file === undefined) {
        throw new ModelkeepError(
          'file-not-found',
          `${modelId} has no file of the sha256 ${digest}`,
          {
            details: { commit, digest },
          },
        );
      }
      const { size } = file;
      const localPath = ctx.blobs.localPath(digest) ?? ctx.tier?.pathOf(digest, size);
      return {
        size,
        ...(localPath === undefined ? {} : { localPath }),
        async *open({ start = 0, end = size } = {}) {
          using _held = ctx.holds.hold(modelId, true);
          yield* await ctx.blobs.read(digest, { start, end, ...(signal && { signal }) });
        },
      };
    },
  };
}
