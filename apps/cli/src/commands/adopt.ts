import { resolve } from 'node:path';
import type { CommandContext } from '../context.ts';
import { displayName, toModelJson } from '../output/model-json.ts';
import { printable } from '../output/printable.ts';
import { withProgress } from '../output/progress.ts';
import { formatBytes, formatCount } from '../output/units.ts';

export async function adopt(context: CommandContext, args: readonly string[]): Promise<void> {
  const folder = resolve(context.host.cwd, args[0] ?? '');
  const cache = await context.cache();
  context.onInterrupt('models taken so far stay; run the same command again for the rest');
  const result = await withProgress(context, 'adopt', (onEvent) =>
    cache.adoptFolder(folder, { signal: context.signal, onEvent }),
  );
  for (const { path, reason } of result.skipped) context.warn(`left out ${path}: ${reason}`);
  if (context.json) {
    context.printJson({ ...result, adopted: result.adopted.map(toModelJson) });
    return;
  }
  for (const model of result.adopted) {
    context.confirm(
      `adopted ${printable(displayName(model))} ${model.commit.slice(0, 12)}: ${formatCount(model.fileCount, 'file')}, ${formatBytes(model.sizeInBytes)}`,
    );
  }
  context.confirm(
    `${formatCount(result.adopted.length, 'model')}: ${formatBytes(result.linkedBytes)} linked, ${formatBytes(result.copiedBytes)} copied`,
  );
}
