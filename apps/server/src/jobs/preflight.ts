import type { ImportPreview, ModelCache } from '@modelkeep/core';
import { type ErrorCode, isModelkeepError } from '@modelkeep/core/spi';
import { licenseOf } from '../models/model-index.ts';
import type { WorkContext } from './job-work.ts';

const MOST_FILES = 1000;

/** What the archive itself, or what is cached already, may be the reason of. */
const PROBLEMS: ReadonlySet<ErrorCode> = new Set([
  'archive-invalid',
  'integrity-mismatch',
  'conflict',
  'unsupported',
  'no-space',
  'invalid-argument',
]);

/** What an import would do, or why it would fail. */
export interface Preflight {
  readonly importable: boolean;
  readonly problem: {
    readonly code: string;
    readonly message: string;
    readonly details: Readonly<Record<string, unknown>>;
  } | null;
  readonly model: object | null;
  readonly replaces: { readonly key: string; readonly commit: string } | null;
  readonly warnings: readonly string[];
  readonly freeBytes: number | null;
}

/** Reads and proves all of the archive, and stores nothing. */
export async function preflight(
  { cache, user, signal, onEvent }: Pick<WorkContext, 'cache' | 'user' | 'signal' | 'onEvent'>,
  input: Parameters<ModelCache['importModel']>[0],
): Promise<Preflight> {
  try {
    return describe(await cache.inspection.previewImport(input, { user, signal, onEvent }));
  } catch (error) {
    if (!isModelkeepError(error) || !PROBLEMS.has(error.code)) throw error;
    const { code, message, details } = error;
    return {
      importable: false,
      problem: { code, message, details },
      model: null,
      replaces: null,
      warnings: [],
      freeBytes: null,
    };
  }
}

function describe(preview: ImportPreview): Preflight {
  const { files, tags, replaces, warnings, freeBytes, libraryName, pipelineName, ...model } =
    preview;
  return {
    importable: true,
    problem: null,
    model: {
      ...model,
      license: licenseOf(tags) ?? null,
      libraryName: libraryName ?? null,
      pipelineName: pipelineName ?? null,
      fileCount: files.length,
      presentBytes: model.sizeInBytes - missingBytes(files),
      files: files.slice(0, MOST_FILES),
    },
    replaces: replaces ?? null,
    warnings,
    freeBytes: freeBytes ?? null,
  };
}

function missingBytes(files: ImportPreview['files']): number {
  return files.reduce((sum, { size, present }) => (present ? sum : sum + size), 0);
}
