import { mkdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openArchives } from '@modelkeep/config';
import { packFolder } from '@modelkeep/core';
import type { CommandContext } from '../context.ts';
import { formatOf, resolveTarget, type Target } from '../export/archive-name.ts';
import { writeArchiveFile, writeArchiveTo } from '../export/write-archive.ts';
import { UsageError } from '../failure.ts';
import { fileError } from '../file-error.ts';
import { printable } from '../output/printable.ts';
import { formatBytes, formatCount } from '../output/units.ts';
import { guessFacts } from '../pack/guess-facts.ts';

interface PackCommandOptions {
  readonly model?: string;
  readonly output?: string;
  readonly format?: string;
  readonly compress?: boolean;
}

/** Makes an archive of a folder that has no metadata, and tells what it guessed. */
export async function pack(
  context: CommandContext,
  args: readonly string[],
  options: PackCommandOptions,
): Promise<void> {
  const { host, signal } = context;
  const folder = resolve(host.cwd, args[0] ?? '');
  const found = await stat(folder).catch((error: unknown) => {
    throw fileError(error, 'read', folder);
  });
  if (!found.isDirectory()) throw new UsageError(`${folder} is not a folder`);
  const target = await targetOf(options.output, host.cwd);
  if (target.kind === 'stdout' && context.json) {
    throw new UsageError('-o - and --json both write to stdout: name a file');
  }
  if (target.kind === 'stdout' && host.stdout.isTTY === true) {
    throw new UsageError('an archive is no text for a terminal: name a file, or pipe stdout');
  }
  const format = options.format ?? formatOf(target) ?? 'tar';
  const { files, facts, notes } = await guessFacts(folder, options.model);
  const archives = await openArchives();
  context.onInterrupt('the unfinished archive was removed; run the same command again');
  const packed = await packFolder(files, facts, {
    archives,
    format,
    compress: options.compress ?? false,
    signal,
  });
  for (const note of notes) context.note(note);
  const { metadata, fileCount, warnings } = packed;
  context.note(
    metadata.commitHash == null
      ? 'commit: none is known; the importer derives one from the files'
      : `commit: ${metadata.commitHash}, by the clone`,
  );
  for (const warning of warnings) context.warn(warning);
  if (target.kind === 'stdout') {
    await writeArchiveTo(packed.stream, host.stdout, signal);
    return;
  }
  if (target.kind === 'folder') await mkdir(target.path, { recursive: true });
  const file = target.kind === 'folder' ? join(target.path, packed.fileName) : target.path;
  const sizeInBytes = await writeArchiveFile(packed.stream, file);
  if (context.json) {
    context.printJson({ file, format, sizeInBytes, fileCount, metadata, guessed: notes, warnings });
  }
  context.confirm(
    `wrote ${printable(file)}: ${formatCount(fileCount, 'file')}, ${formatBytes(sizeInBytes)}`,
  );
}

async function targetOf(output: string | undefined, cwd: string): Promise<Target> {
  return output === undefined ? { kind: 'folder', path: cwd } : resolveTarget(output, 1, cwd);
}
