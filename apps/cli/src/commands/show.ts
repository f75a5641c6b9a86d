import type { ModelDetails } from '@modelkeep/core';
import type { CommandContext } from '../context.ts';
import { displayName, toModelJson } from '../output/model-json.ts';
import { printable } from '../output/printable.ts';
import { formatTable } from '../output/table.ts';
import { formatAge, formatBytes, formatCount } from '../output/units.ts';

export async function show(context: CommandContext, args: readonly string[]): Promise<void> {
  const [name = ''] = args;
  const cache = await context.cache();
  const model = await cache.showModel(name, { signal: context.signal });
  if (context.json) {
    context.printJson(toDetailsJson(model));
    return;
  }
  for (const [title, text] of facts(model, Date.now())) {
    context.print(`${context.style.bold(title.padEnd(12))} ${printable(text)}`);
  }
  context.print('');
  const table = formatTable(
    model.files,
    [
      { title: 'SIZE', align: 'right', text: (file) => formatBytes(file.size) },
      { title: 'SHA256', text: (file) => file.digest?.slice(0, 12) ?? '' },
      { title: 'FILE', text: (file) => file.path },
    ],
    context.style,
  );
  for (const line of table) context.print(line);
  if (model.omitted.length > 0) {
    context.print(
      `and ${formatCount(model.omitted.length, 'file')} of the commit that were left out`,
    );
  }
}

function facts(model: ModelDetails, now: number): [string, string][] {
  const { metadata } = model;
  const lines: [string, string | undefined | null][] = [
    ['model', displayName(model)],
    ['commit', model.derived ? `${model.commit} (derived from the content)` : model.commit],
    ['page', metadata.url],
    ['folder', model.path],
    [
      'size',
      `${formatBytes(model.sizeInBytes)} in ${formatCount(model.fileCount, 'file')}, ${formatBytes(model.exclusiveBytes)} shared with no other model`,
    ],
    ['library', metadata.libraryName],
    ['pipeline', metadata.pipelineName],
    ['languages', metadata.taggedLanguages?.join(', ')],
    ['tags', metadata.tags?.join(', ')],
    ['modified', metadata.lastModified],
    [
      'downloaded',
      `${formatAge(model.downloadDate, now)} by ${model.downloadedBy}${model.connection === undefined ? '' : ` through ${model.connection}`}`,
    ],
    [
      'used',
      model.lastUsed === undefined
        ? 'never'
        : `${formatAge(model.lastUsed, now)} by ${model.lastUsedBy ?? 'somebody'}`,
    ],
    ['pinned', model.pinned ? 'yes' : undefined],
    ...model.commits
      .filter((kept) => kept.commit !== model.commit)
      .map((kept): [string, string] => [
        'also kept',
        `${kept.commit} ${kept.keys.length === 0 ? '(no name)' : `(${kept.keys.join(', ')})`}`,
      ]),
  ];
  return lines.filter((line): line is [string, string] => Boolean(line[1]));
}

function toDetailsJson(model: ModelDetails): object {
  const { derived, exclusiveBytes, pinned, connection, metadata, files, omitted, commits } = model;
  return {
    ...toModelJson(model),
    derived,
    exclusiveBytes,
    pinned,
    connection: connection ?? null,
    files,
    omitted,
    commits,
    metadata,
  };
}
