import type { User } from '../../api/options.ts';
import type { CoreContext } from '../../context.ts';
import { readable } from '../../serving/check-may-read.ts';
import type { Digest } from '../../spi/model.ts';
import { requireReadable } from '../find-model.ts';
import { requireSnapshot } from '../snapshots.ts';

const MOST_SHOWN = 100;

/** Other models that have contents of this one: those that the user may know of. The most first. */
export async function sharing(
  ctx: CoreContext,
  name: string,
  user: User = ctx.user,
): Promise<{ readonly modelId: string; readonly sharedBytes: number }[]> {
  const entry = await requireReadable(ctx, name, user);
  const { files } = await requireSnapshot(ctx, entry);
  const sizes = new Map<Digest, number>();
  for (const { digest, size } of files) if (digest !== undefined) sizes.set(digest, size);
  const bytes = new Map<string, number>();
  for (const [digest, users] of await ctx.metadata.blobUsers([...sizes.keys()])) {
    for (const modelId of new Set(users.map((snapshot) => snapshot.modelId))) {
      bytes.set(modelId, (bytes.get(modelId) ?? 0) + (sizes.get(digest) ?? 0));
    }
  }
  bytes.delete(entry.modelId);
  const mayRead = readable(ctx, user);
  const shown: { modelId: string; sharedBytes: number }[] = [];
  for (const [modelId, sharedBytes] of [...bytes].sort(([, a], [, b]) => b - a)) {
    if (user.role === 'admin' || (await isKnown(ctx, modelId, mayRead))) {
      shown.push({ modelId, sharedBytes });
    }
    if (shown.length === MOST_SHOWN) break;
  }
  return shown;
}

async function isKnown(
  ctx: CoreContext,
  modelId: string,
  mayRead: ReturnType<typeof readable>,
): Promise<boolean> {
  for await (const entry of ctx.metadata.listEntries({ modelId })) {
    if (await mayRead(entry)) return true;
  }
  return false;
}
