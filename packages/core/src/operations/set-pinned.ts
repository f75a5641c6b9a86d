import type { CoreContext } from '../context.ts';
import { alone, keepingOf } from '../leases/alone.ts';
import { entryOf } from '../snapshots/entry-of.ts';
import { writeEntryManifest } from '../snapshots/manifest.ts';
import { ModelkeepError } from '../spi/errors.ts';
import { requireEntry } from './find-model.ts';

/** Fails with `model-not-cached` also for a commit that is kept without an entry of its own. */
export async function setPinned(ctx: CoreContext, name: string, pinned: boolean): Promise<void> {
  const { key, modelId } = await requireEntry(ctx, name);
  await alone(ctx, keepingOf(modelId), async () => {
    const entry = await ctx.metadata.getEntry(key);
    if (entry === undefined)
      throw new ModelkeepError(
        'model-not-cached',
        `${name} has no entry of its own that could be pinned; make one with: modelkeep pull ${name}`,
      );
    await ctx.metadata.setPinned(key, pinned);
    await writeEntryManifest(ctx.storage, { ...entryOf(entry), pinned });
  });
}
