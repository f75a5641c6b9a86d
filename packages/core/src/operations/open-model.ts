import type { CallOptions } from '../api/options.ts';
import type { OpenedModel } from '../api/results.ts';
import type { CoreContext } from '../context.ts';
import { checkMayReadEntry } from '../serving/check-may-read.ts';
import { ModelkeepError } from '../spi/errors.ts';
import { requireEntry, withCheckout } from './find-model.ts';
import { requireSnapshot } from './snapshots.ts';
import { touch } from './touch.ts';

/** The files of a cached model, to be read. Nothing here can reach a source. */
export async function openModel(
  ctx: CoreContext,
  name: string,
  { user = ctx.user, signal }: CallOptions = {},
): Promise<OpenedModel> {
  const entry = await requireEntry(ctx, name);
  const { modelId, commit } = entry;
  await checkMayReadEntry(ctx, entry, user);
  const model = await withCheckout(ctx, entry);
  const { files, omitted, derived } = await requireSnapshot(ctx, entry);
  touch(ctx, entry, user);
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
      const localPath = ctx.blobs.localPath(digest);
      return {
        size,
        ...(localPath === undefined ? {} : { localPath }),
        async *open({ start = 0, end = size } = {}) {
          yield* await ctx.blobs.read(digest, { start, end, ...(signal && { signal }) });
        },
      };
    },
  };
}
