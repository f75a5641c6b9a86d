import type { CachedModel } from '../api/results.ts';
import type { CoreContext } from '../context.ts';
import { checkoutFolders } from '../hub-layout/hub-paths.ts';
import { restoreIndexIfLost } from './rebuild-index.ts';

export async function* listModels(ctx: CoreContext): AsyncGenerator<CachedModel> {
  const folderOf = checkoutFolders(ctx.workspace);
  let any = false;
  for await (const entry of ctx.metadata.listEntries()) {
    any = true;
    yield { ...entry, path: folderOf(entry.modelId, entry.commit) };
  }
  if (!any && (await restoreIndexIfLost(ctx))) yield* listModels(ctx);
}
