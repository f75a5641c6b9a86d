import type { CoreContext } from '../context.ts';
import { writeEntryManifest } from '../snapshots/manifest.ts';
import { requireEntry } from './find-model.ts';

export async function setPinned(ctx: CoreContext, name: string, pinned: boolean): Promise<void> {
  const {
    sizeInBytes: _size,
    fileCount: _count,
    complete: _complete,
    ...entry
  } = await requireEntry(ctx, name);
  await ctx.metadata.setPinned(entry.key, pinned);
  await writeEntryManifest(ctx.storage, { ...entry, pinned });
}
