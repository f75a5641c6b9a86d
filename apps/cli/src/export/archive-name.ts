import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, resolve, sep } from 'node:path';
import { UsageError } from '../failure.ts';

const EXTENSIONS: readonly (readonly [string, string])[] = [
  ['.tar', 'tar'],
  ['.tar.gz', 'tar.gz'],
  ['.tgz', 'tar.gz'],
  ['.tar.zst', 'tar.zst'],
  ['.tzst', 'tar.zst'],
  ['.zip', 'zip'],
];

/** A tar under such a name would be taken for what it is not. */
const OTHER_FORMATS = /\.(?:7z|rar|t?bz2?|t?xz|t?lz4?|lzma|gz|zst)$/i;

/** Where archives go: one file, a folder under their own names, or stdout. */
export type Target =
  | { readonly kind: 'stdout' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'folder'; readonly path: string };

/** What `-o` means for this many models. */
export async function resolveTarget(output: string, models: number, cwd: string): Promise<Target> {
  if (output === '-') {
    if (models > 1) throw new UsageError('-o - takes one model: name a folder for several');
    return { kind: 'stdout' };
  }
  const path = resolve(cwd, output);
  const facts = await statOf(path);
  if (facts === undefined && models > 1 && formatOfName(path) !== undefined) {
    throw new UsageError(`-o must name a folder for several models, not an archive: ${path}`);
  }
  if (facts?.isDirectory() || (facts === undefined && (models > 1 || endsInSeparator(output)))) {
    return { kind: 'folder', path };
  }
  if (models > 1)
    throw new UsageError(`-o must name a folder for several models: ${path} is a file`);
  const folder = dirname(path);
  if (facts === undefined && !(await statOf(folder))?.isDirectory()) {
    throw new UsageError(`there is no folder ${folder}: make it first`);
  }
  return { kind: 'file', path };
}

/** The format that the target's name stands for. */
export function formatOf(target: Target): string | undefined {
  if (target.kind !== 'file') return undefined;
  const format = formatOfName(target.path);
  if (format === undefined && OTHER_FORMATS.test(target.path)) {
    throw new UsageError(
      `${target.path} has the name of a format that is not written: there are tar, tar.gz, tar.zst and zip (--format)`,
    );
  }
  return format;
}

function formatOfName(path: string): string | undefined {
  const name = basename(path).toLowerCase();
  return EXTENSIONS.find(([extension]) => name.endsWith(extension))?.[1];
}

async function statOf(path: string): Promise<Stats | undefined> {
  return stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
}

function endsInSeparator(output: string): boolean {
  return output.endsWith('/') || output.endsWith(sep);
}
