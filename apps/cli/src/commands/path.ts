import type { CommandContext } from '../context.ts';

export async function path(context: CommandContext, args: readonly string[]): Promise<void> {
  const [name = ''] = args;
  const cache = await context.cache();
  const { signal } = context;
  const folder = await cache.getModelFromCache(name, { signal });
  const { complete } = await cache.findModel(name, { signal });
  // By use, or by --include. What is missing is else found out by a program that looks for it.
  if (!complete) {
    context.warn(`${name} is incomplete: not all of its files are cached`);
  }
  if (context.json) context.printJson({ path: folder });
  else context.print(folder);
}
