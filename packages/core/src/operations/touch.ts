import type { User } from '../api/options.ts';
import type { CoreContext } from '../context.ts';
import type { Entry } from '../spi/model.ts';

/** A use by the same person within this time changes nothing that anybody looks at. */
const RESOLUTION_MS = 60_000;

/** Notes a use, beside the read and never failing it. */
export function touch(ctx: CoreContext, entry: Entry, user: User): void {
  const lastUsed = Date.now();
  if (
    entry.lastUsedBy === user.name &&
    entry.lastUsed !== undefined &&
    lastUsed - entry.lastUsed < RESOLUTION_MS
  )
    return;
  ctx.background(ctx.metadata.touchEntry(entry.key, { lastUsed, lastUsedBy: user.name }));
}
