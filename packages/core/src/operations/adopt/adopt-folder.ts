import type { LongCallOptions } from '../../api/options.ts';
import type { AdoptResult } from '../../api/results.ts';
import type { CoreContext } from '../../context.ts';
import { forEachLimit } from '../../util/concurrency.ts';
import { safeListener } from '../../util/event-sender.ts';
import { Progress } from '../../util/progress.ts';
import { restoreIndexIfLost } from '../rebuild-index.ts';
import { adoptModel } from './adopt-model.ts';
import type { TakingRun } from './adopt-run.ts';
import { scanCache } from './scan-cache.ts';
import { ContentTaker, contentKey } from './take-contents.ts';

const MODELS_AT_ONCE = 2;

/**
 * Takes the models of a Hugging Face cache (`HF_HOME`, its `hub` folder, or one `models--…` folder of it, as any client
 * leaves them) into the store, each file read once and proved.
 *
 * Contents on the store's volume are taken by hard link: no byte is copied, and the folder stays as it is and usable.
 * The one change to it: what the store shares with it becomes read-only (0444). The clients only ever read such a file, or
 * remove it. Where a link is not possible (another volume, another owner) the content is copied.
 *
 * What a file should be is told by the listing of its commit (`trees/`), else by the name of its blob; a file of which
 * neither tells is taken as it is, with a `warning`. Damaged files, links that leave the folder, and all else that cannot be
 * taken are named in `skipped`; where it is known what is missing, the entry is incomplete.
 *
 * Fails with `invalid-argument` if the folder is no such cache, and with `no-space` if what must be copied does not fit.
 * Each model is stored for itself: after a failure or an abort those before it stay, and the next call goes on.
 */
export async function adoptFolder(
  ctx: CoreContext,
  folder: string,
  options: LongCallOptions = {},
): Promise<AdoptResult> {
  const { signal } = options;
  const onEvent = safeListener(options.onEvent);
  signal?.throwIfAborted();
  await restoreIndexIfLost(ctx);
  const { run, models } = await scanCache(folder, (root) => ({
    ctx,
    user: options.user ?? ctx.user,
    signal,
    onEvent,
    skipped: [],
    adopted: [],
    root,
  }));
  // Snapshots of one model share contents: each is read once, and counted for each.
  const contents = models.flatMap(({ snapshots }) =>
    snapshots.flatMap(({ files }) => [
      ...new Map(files.map((file) => [contentKey(file), file.size])).values(),
    ]),
  );
  const totalFiles = contents.length;
  const totalBytes = contents.reduce((sum, size) => sum + size, 0);
  onEvent({ type: 'planned', totalFiles, totalBytes, presentFiles: 0, presentBytes: 0 });
  const taking: TakingRun = {
    ...run,
    progress: new Progress(onEvent, { totalFiles, totalBytes }),
    figures: { linkedBytes: 0, copiedBytes: 0 },
  };
  const taker = new ContentTaker(taking);
  await forEachLimit(models, MODELS_AT_ONCE, (model) => adoptModel(taking, taker, model));
  taking.progress.end();
  const { adopted, skipped, figures } = taking;
  return {
    adopted: adopted.toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    skipped,
    ...figures,
  };
}
