import { join } from 'node:path';
import type { CommandContext } from '../context.ts';
import { displayName } from '../output/model-json.ts';
import { printable } from '../output/printable.ts';
import { formatTable } from '../output/table.ts';
import { formatBytes, formatCount } from '../output/units.ts';

export async function du(context: CommandContext): Promise<void> {
  const cache = await context.cache();
  const usage = await cache.usage({ signal: context.signal });
  if (context.json) {
    context.printJson(usage);
    return;
  }
  const models = [...usage.models].sort((a, b) => b.exclusiveBytes - a.exclusiveBytes);
  if (models.length > 0) {
    const table = formatTable(
      models,
      [
        { title: 'SIZE', align: 'right', text: (model) => formatBytes(model.sizeInBytes) },
        { title: 'OWN', align: 'right', text: (model) => formatBytes(model.exclusiveBytes) },
        { title: 'MODEL', text: displayName },
      ],
      context.style,
    );
    for (const line of table) context.print(line);
    context.print('');
  }
  context.print(
    `${formatBytes(usage.blobBytes)} on disk in ${formatCount(usage.blobCount, 'blob')}, for ${formatBytes(usage.logicalBytes)} of models`,
  );
  if (context.server === undefined) {
    const { folder, isStore } = await context.host.findWorkspace(context.place);
    const what = isStore ? 'the store is' : 'models are laid out in';
    context.print(`${what} ${printable(folder)}; HF_HUB_CACHE=${printable(join(folder, 'hub'))}`);
  }
  if (usage.unreferencedBytes > 0) {
    context.print(
      `${formatBytes(usage.unreferencedBytes)} that nothing refers to; \`modelkeep gc\` frees them`,
    );
  }
  if (usage.partialBytes > 0) {
    context.print(`${formatBytes(usage.partialBytes)} of partial files`);
  }
  if (usage.freeBytes !== undefined && usage.totalBytes !== undefined) {
    context.print(
      `${formatBytes(usage.freeBytes)} of ${formatBytes(usage.totalBytes)} free on the volume`,
    );
  }
}
