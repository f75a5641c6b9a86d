import type { User } from '../api/options.ts';
import type { CoreContext } from '../context.ts';
import type { Entry } from '../spi/model.ts';

/** A use by the same person within this time changes nothing that anybody looks at. */
const RESOLUTION_MS = 60_000;

/** Notes a use, beside the read and never failing it. */
export function touch(ctx: CoreContext, { key, lastUsed, lastUsedBy }: Entry, user: User): void {
  const now = Date.now();
  const isNoted = (at: number | undefined): boolean => at !== undefined && now - at < RESOLUTION_MS;
  // Of several who use it in turn each is noted once within that time, too.
  const use = `${key} ${user.name}`;
  if ((lastUsedBy === user.name && isNoted(lastUsed)) || isNoted(ctx.uses.get(use))) return;
  ctx.uses.set(use, now);
  ctx.background(ctx.metadata.touchEntry(key, { lastUsed: now, lastUsedBy: user.name }));
}
