import type { CachedModel } from '@modelkeep/core';
import type { CommandContext } from '../context.ts';
import { displayName, type ModelJson, toModelJson } from '../output/model-json.ts';
import { type Column, createTable } from '../output/table.ts';
import { formatAge, formatBytes } from '../output/units.ts';

export async function ls(context: CommandContext): Promise<void> {
  const cache = await context.cache();
  const { signal } = context;
  if (context.json) {
    const models: ModelJson[] = [];
    for await (const model of cache.listModels({ signal })) models.push(toModelJson(model));
    context.printJson(models);
    return;
  }
  const table = createTable(columns(Date.now()), context.style);
  let any = false;
  for await (const model of cache.listModels({ signal })) {
    any = true;
    table.add(model);
  }
  if (any) context.print(table.lines().join('\n'));
  else context.note('nothing is cached yet; `modelkeep pull <model>` fetches a model');
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
