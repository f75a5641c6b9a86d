import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelCache } from '@modelkeep/core';
import type { CommandContext } from '../context.ts';
import { formatOf, resolveTarget, type Target } from '../export/archive-name.ts';
import { writeArchiveFile, writeArchiveTo } from '../export/write-archive.ts';
import { UsageError } from '../failure.ts';
import { printable } from '../output/printable.ts';
import { withProgress } from '../output/progress.ts';
import { formatBytes } from '../output/units.ts';

interface ExportCommandOptions {
  readonly output: string;
  readonly format?: string;
  readonly compress?: boolean;
}

interface Exported {
  readonly model: string;
  readonly file: string;
  readonly format: string;
  readonly sizeInBytes: number;
}

export async function exportModels(
  context: CommandContext,
  args: readonly string[],
  options: ExportCommandOptions,
): Promise<void> {
  const target = await resolveTarget(options.output, args.length, context.host.cwd);
  if (target.kind === 'stdout' && context.json) {
    throw new UsageError('-o - and --json both write to stdout: name a file');
  }
  if (target.kind === 'stdout' && context.host.stdout.isTTY === true) {
    throw new UsageError('an archive is no text for a terminal: name a file, or pipe stdout');
  }
  const format = options.format ?? formatOf(target) ?? 'tar';
  const cache = await context.cache({ archives: true });
  context.onInterrupt('the unfinished archive was removed; run the same command again');

  // Every name is looked up first: a mistyped one must not leave the job half done.
  for (const name of args) {
    const { complete } = await cache.findModel(name, { signal: context.signal });
    if (!complete) {
      context.warn(
        `${name} is incomplete, and so is its archive: not all of its files are cached; modelkeep pull ${name} fetches the others`,
      );
    }
  }
  if (target.kind === 'folder') await mkdir(target.path, { recursive: true });
  const exported: Exported[] = [];
  for (const name of args) {
    const result = await exportOne(context, cache, name, format, options.compress ?? false, target);
    exported.push(result);
    if (target.kind !== 'stdout') {
      context.confirm(`wrote ${printable(result.file)}: ${formatBytes(result.sizeInBytes)}`);
    }
  }
  if (context.json) context.printJson(exported);
}

async function exportOne(
  context: CommandContext,
  cache: ModelCache,
  name: string,
  format: string,
  compress: boolean,
  target: Target,
): Promise<Exported> {
  return withProgress(context, name, async (onEvent) => {
    const archive = await cache.exportModel(name, {
      format,
      compress,
      signal: context.signal,
      onEvent,
    });
    if (target.kind === 'stdout') {
      const sizeInBytes = await writeArchiveTo(archive.stream, context.host.stdout, context.signal);
      return { model: name, file: '-', format: archive.format, sizeInBytes };
    }
    const file = target.kind === 'folder' ? join(target.path, archive.fileName) : target.path;
    const sizeInBytes = await writeArchiveFile(archive.stream, file);
    return { model: name, file, format: archive.format, sizeInBytes };
  });
}
