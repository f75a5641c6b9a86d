import type { PullResult } from '@modelkeep/core';
import type { CommandContext } from '../context.ts';
import { displayName, toModelJson } from '../output/model-json.ts';
import { withProgress } from '../output/progress.ts';
import { formatBytes, formatCount, formatDuration } from '../output/units.ts';

interface PullOptions {
  readonly connection?: string;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
}

export async function pull(
  context: CommandContext,
  args: readonly string[],
  options: PullOptions,
): Promise<void> {
  const cache = await context.cache();
  const results: PullResult[] = [];
  for (const name of args) {
    context.onInterrupt(
      `what was fetched is kept; resume with: ${resumeCommand(args.slice(results.length), options)}`,
    );
    const startedAt = performance.now();
    try {
      const result = await withProgress(context, name, (onEvent) =>
        cache.pullModel(name, {
          ...(options.connection === undefined ? {} : { connection: options.connection }),
          ...(options.include === undefined ? {} : { include: options.include }),
          ...(options.exclude === undefined ? {} : { exclude: options.exclude }),
          signal: context.signal,
          onEvent,
        }),
      );
      results.push(result);
      report(context, result, performance.now() - startedAt);
    } catch (error) {
      if (context.signal.aborted) throw error;
      context.fail(error);
    }
  }
  if (context.json) context.printJson(results.map(toPullJson));
}

function report(context: CommandContext, result: PullResult, ms: number): void {
  const what = `${displayName(result)} ${result.commit.slice(0, 12)}: ${formatCount(result.fileCount, 'file')}, ${formatBytes(result.sizeInBytes)}`;
  const how =
    result.fetchedFiles === 0
      ? 'already there'
      : `${formatCount(result.fetchedFiles, 'file')}, ${formatBytes(result.fetchedBytes)} fetched in ${formatDuration(ms)}`;
  context.note(`${what} (${how})`);
  if (!context.json) context.print(result.path);
}

function toPullJson(result: PullResult): object {
  const { fetchedBytes, fetchedFiles, stale } = result;
  return { ...toModelJson(result), fetchedBytes, fetchedFiles, stale };
}

function resumeCommand(names: readonly string[], options: PullOptions): string {
  const words = ['modelkeep', 'pull', ...names];
  if (options.connection !== undefined) words.push('--connection', options.connection);
  for (const glob of options.include ?? []) words.push('--include', glob);
  for (const glob of options.exclude ?? []) words.push('--exclude', glob);
  return words.map(quote).join(' ');
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
