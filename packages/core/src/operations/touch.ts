import type { User } from '../api/options.ts';
import type { CoreContext } from '../context.ts';
import { isCommit } from '../names/model-name.ts';
import type { Entry } from '../spi/model.ts';

/** A use by the same person within this time changes nothing that anybody looks at. */
const RESOLUTION_MS = 60_000;

/** Notes a use, beside the read and never failing it. */
export function touch(ctx: CoreContext, entry: Entry, user: User): void {
  const { key, lastUsed, lastUsedBy } = entry;
  const now = Date.now();
  const isNoted = (at: number | undefined): boolean => at !== undefined && now - at < RESOLUTION_MS;
  // Of several who use it in turn each is noted once within that time, too.
  const use = `${key} ${user.name}`;
  if ((lastUsedBy === user.name && isNoted(lastUsed)) || isNoted(ctx.uses.get(use))) return;
  ctx.uses.set(use, now);
  ctx.background(note(ctx, entry, { lastUsed: now, lastUsedBy: user.name }));
}

/** Clients ask what a branch means, and then for that commit: that is a use of the branch's entry. */
async function note(
  { metadata }: CoreContext,
  { key, modelId, revision, commit }: Entry,
  use: { readonly lastUsed: number; readonly lastUsedBy: string },
): Promise<void> {
  if (!isCommit(revision)) return metadata.touchEntry(key, use);
  for await (const sibling of metadata.listEntries({ modelId }))
    if (sibling.commit === commit) await metadata.touchEntry(sibling.key, use);
}
