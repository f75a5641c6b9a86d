import type { CommandContext } from '../context.ts';

export async function path(context: CommandContext, args: readonly string[]): Promise<void> {
  const [name = ''] = args;
  const cache = await context.cache();
  const folder = await cache.getModelFromCache(name, { signal: context.signal });
  if (context.json) context.printJson({ path: folder });
  else context.print(folder);
}
