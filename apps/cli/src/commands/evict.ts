import { parseBytes, SIZE_FORMS } from '@modelkeep/config';
import type { EvictionReport } from '@modelkeep/core';
import type { CommandContext } from '../context.ts';
import { UsageError } from '../failure.ts';
import { displayName } from '../output/model-json.ts';
import { withProgress } from '../output/progress.ts';
import { formatTable } from '../output/table.ts';
import { formatAge, formatBytes, formatCount } from '../output/units.ts';

interface EvictCommandOptions {
  readonly dryRun?: boolean;
  readonly to?: string;
  readonly connection?: string;
  readonly unusedFor?: string;
  readonly imported?: boolean;
}

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

export async function evict(
  context: CommandContext,
  _args: readonly string[],
  options: EvictCommandOptions,
): Promise<void> {
  const { dryRun = false, connection, imported = false } = options;
  const toBytes = options.to === undefined ? undefined : sizeOf(options.to);
  const unusedForMs = options.unusedFor === undefined ? undefined : durationOf(options.unusedFor);
  context.onInterrupt('run the same command again to remove the rest');
  const cache = await context.cache();
  const report = await withProgress(context, 'evict', (onEvent) =>
    cache.evictModels({
      dryRun,
      imported,
      ...(toBytes === undefined ? {} : { toBytes }),
      ...(connection === undefined ? {} : { connection }),
      ...(unusedForMs === undefined ? {} : { unusedForMs }),
      signal: context.signal,
      onEvent,
    }),
  );
  if (context.json) context.printJson(report);
  else print(context, report);
}

function print(context: CommandContext, report: EvictionReport): void {
  const { dryRun, usedBytes, targetBytes, unreferencedBytes, freedBytes, choices } = report;
  const now = Date.now();
  // What is not needed is many and says nothing new.
  const shown = choices.filter(({ reason }) => reason !== 'enough');
  if (shown.length > 0 && !context.quiet) {
    const table = formatTable(
      shown,
      [
        { title: '', text: ({ evicted }) => (evicted ? 'evict' : 'keep') },
        {
          title: 'FREES',
          align: 'right',
          text: (choice) => (choice.evicted ? formatBytes(choice.freedBytes) : '-'),
        },
        { title: 'SIZE', align: 'right', text: (choice) => formatBytes(choice.sizeInBytes) },
        { title: 'USED', text: ({ lastUsed }) => formatAge(lastUsed, now) },
        { title: 'MODEL', text: displayName },
        { title: 'WHY', text: ({ why }) => why },
      ],
      context.style,
    );
    for (const line of table) context.print(line);
    context.print('');
  }
  const enough = choices.length - shown.length;
  if (enough > 0) context.note(`${formatCount(enough, 'model')} used later: not needed`);
  if (unreferencedBytes > 0) {
    context.confirm(`${formatBytes(unreferencedBytes)} that nothing referred to`);
  }
  const count = choices.filter(({ evicted }) => evicted).length;
  context.confirm(
    `${dryRun ? 'would evict' : 'evicted'} ${formatCount(count, 'model')}: ${formatBytes(freedBytes)} ${dryRun ? 'to free' : 'freed'}, ${formatBytes(usedBytes - freedBytes)} left of ${formatBytes(usedBytes)}`,
  );
  const over = usedBytes - freedBytes - targetBytes;
  if (over > 0) {
    context.warn(
      `${formatBytes(over)} more than ${formatBytes(targetBytes)}: the rest has to stay`,
    );
  }
}

function sizeOf(text: string): number {
  const bytes = parseBytes(text);
  if (bytes === undefined) throw new UsageError(`--to ${text}: must be ${SIZE_FORMS}`);
  return bytes;
}

function durationOf(text: string): number {
  const [, count, unit = 's'] = /^(\d{1,9})([smhd])?$/.exec(text) ?? [];
  if (count === undefined) {
    throw new UsageError(`--unused-for ${text}: must be a time like 30m, 12h or 90d`);
  }
  return Number(count) * (UNITS_MS[unit] ?? 0);
}
