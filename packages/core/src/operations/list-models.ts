import type { User } from '../api/options.ts';
import type { CachedModel } from '../api/results.ts';
import type { CoreContext } from '../context.ts';
import { checkoutFolders } from '../hub-layout/hub-paths.ts';
import { readable } from '../serving/check-may-read.ts';
import { restoreIndexIfLost } from './rebuild-index.ts';

/** Those that the user may read. */
export async function* listModels(
  ctx: CoreContext,
  user: User = ctx.user,
): AsyncGenerator<CachedModel> {
  const mayRead = readable(ctx, user);
  const folderOf = checkoutFolders(ctx.workspace);
  let any = false;
  for await (const entry of ctx.metadata.listEntries()) {
    any = true;
    if (!(await mayRead(entry))) continue;
    yield { ...entry, path: folderOf(entry.modelId, entry.commit) };
  }
  if (!any && (await restoreIndexIfLost(ctx))) yield* listModels(ctx, user);
}
