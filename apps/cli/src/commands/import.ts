import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { FolderInput, ImportResult, ModelCache } from '@modelkeep/core';
import { isModelkeepError, ModelkeepError } from '@modelkeep/core/spi';
import type { CommandContext } from '../context.ts';
import { UsageError } from '../failure.ts';
import { fileError } from '../file-error.ts';
import { displayName, toModelJson } from '../output/model-json.ts';
import { printable } from '../output/printable.ts';
import { withProgress } from '../output/progress.ts';
import { formatBytes, formatCount } from '../output/units.ts';

const CHUNK_BYTES = 1024 * 1024;

type Input = Parameters<ModelCache['importModel']>[0];

export async function importModels(
  context: CommandContext,
  args: readonly string[],
  options: { readonly model?: string } = {},
): Promise<void> {
  if (options.model !== undefined && args.length > 1) {
    throw new UsageError('--model is for one folder');
  }
  if (args.filter((source) => source === '-').length > 1) {
    throw new UsageError('standard input can be read once only');
  }
  const cache = await context.cache({ archives: true });
  context.onInterrupt('nothing of the archive was kept; run the same command again');
  const results: ImportResult[] = [];
  for (const source of args) {
    let input: Input | undefined;
    try {
      const opened = await openInput(context, source, options.model);
      input = opened;
      const result = await withProgress(context, source, (onEvent) =>
        cache.importModel(opened, { signal: context.signal, onEvent }),
      );
      results.push(result);
      report(context, result);
    } catch (error) {
      if (context.signal.aborted) throw error;
      context.fail(aboutSource(error, source, input !== undefined && 'folder' in input));
    }
  }
  if (context.json) {
    const rows = results.map(({ addedFiles, addedBytes, derived, warnings, ...model }) => ({
      ...toModelJson(model),
      addedFiles,
      addedBytes,
      derived,
      warnings,
    }));
    context.printJson(rows);
  }
}

async function openInput(
  context: CommandContext,
  source: string,
  model: string | undefined,
): Promise<Input> {
  const { stdin, cwd } = context.host;
  if (source === '-') {
    if (stdin.isTTY === true)
      throw new UsageError('no archive on standard input: it is a terminal');
    return { stream: () => stdin };
  }
  const path = resolve(cwd, source);
  const facts = await stat(path).catch((error: unknown) => {
    throw fileError(error, 'read', path);
  });
  if (facts.isDirectory()) {
    return model === undefined ? { folder: path } : guess(context, path, model);
  }
  if (model !== undefined) {
    throw new UsageError(`--model is for a folder without metadata: ${path} is a file`);
  }
  const stream = (): AsyncIterable<Uint8Array> =>
    createReadStream(path, { highWaterMark: CHUNK_BYTES });
  // A pipe can be read but not opened twice, and has no size.
  return facts.isFile() ? { path, size: facts.size, stream } : { stream };
}

async function guess(context: CommandContext, folder: string, model: string): Promise<FolderInput> {
  const { guessFacts } = await import('../pack/guess-facts.ts');
  const { files, facts, notes } = await guessFacts(folder, model);
  for (const note of notes) context.note(note);
  return { folder: files, model: facts };
}

/** The error, with the archive that it is of, and what to do with that one. */
function aboutSource(error: unknown, source: string, isFolder: boolean): unknown {
  if (!isModelkeepError(error)) return error;
  const { code, message, details, retryable } = error;
  const hint = hintFor(error, source, isFolder);
  return new ModelkeepError(code, `${source === '-' ? 'standard input' : source}: ${message}`, {
    cause: error,
    retryable,
    details: hint === undefined ? details : { ...details, hint },
  });
}

function hintFor(
  { code, details }: ModelkeepError,
  source: string,
  isFolder: boolean,
): string | undefined {
  if (code === 'integrity-mismatch') return 'it was damaged on its way: copy it again';
  if (details['reason'] !== 'no-metadata') return undefined;
  return isFolder
    ? `archives in a folder: modelkeep import ${source}/*; a clone, or files alone: modelkeep import --model org/name ${source}`
    : 'unpack it, and give its folder a name: modelkeep import --model org/name FOLDER';
}

function report(context: CommandContext, result: ImportResult): void {
  for (const warning of result.warnings) context.warn(warning);
  if (!result.complete) {
    context.warn(
      `${displayName(result)} is incomplete: the archive was made where not all of its files were cached`,
    );
  }
  context.confirm(
    `imported ${printable(displayName(result))} ${result.commit.slice(0, 12)}: ${formatCount(result.fileCount, 'file')}, ${formatBytes(result.sizeInBytes)} (${formatBytes(result.addedBytes)} new)`,
  );
}
