import type { CachedModel } from '@modelkeep/core';
import type { CommandContext } from '../context.ts';
import { displayName, toModelJson } from '../output/model-json.ts';
import { type Column, formatTable } from '../output/table.ts';
import { formatAge, formatBytes } from '../output/units.ts';

export async function ls(context: CommandContext): Promise<void> {
  const cache = await context.cache();
  const models: CachedModel[] = [];
  for await (const model of cache.listModels({ signal: context.signal })) models.push(model);

  if (context.json) {
    context.printJson(models.map(toModelJson));
    return;
  }
  if (models.length === 0) {
    context.note('nothing is cached yet; `modelkeep pull <model>` fetches a model');
    return;
  }
  for (const line of formatTable(models, columns(Date.now()), context.style)) context.print(line);
}

function columns(now: number): Column<CachedModel>[] {
  return [
    { title: 'MODEL', text: displayName },
    { title: 'COMMIT', text: (model) => model.commit.slice(0, 12) },
    { title: 'SIZE', align: 'right', text: (model) => formatBytes(model.sizeInBytes) },
    { title: 'FILES', align: 'right', text: (model) => String(model.fileCount) },
    {
      title: 'USED',
      text: (model) => (model.lastUsed === undefined ? 'never' : formatAge(model.lastUsed, now)),
    },
    { title: 'BY', text: (model) => model.lastUsedBy ?? '' },
    {
      title: '',
      text: (model) =>
        [model.complete ? '' : 'incomplete', model.pinned ? 'pinned' : ''].join(' ').trim(),
    },
  ];
}
