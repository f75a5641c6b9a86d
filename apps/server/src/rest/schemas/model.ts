import type { CachedModel, ModelDetails, OpenedModel } from '@modelkeep/core';
import * as z from 'zod';
import { licenseOf } from '../../models/model-index.ts';
import type { Use } from '../../models/uses.ts';

/** A cached model, as the API and `modelkeep ls --json` tell of it. */
export interface ModelJson {
  readonly key: string;
  readonly modelId: string;
  readonly revision: string;
  readonly commitHash: string;
  readonly sizeInBytes: number;
  readonly fileCount: number;
  readonly complete: boolean;
  readonly pinned: boolean;
  readonly path: string;
  readonly connection: string | null;
  readonly downloadedBy: string;
  readonly downloadDate: number;
  readonly lastUsedBy: string | null;
  readonly lastUsed: number | null;
  readonly license: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
}

const time = z.number().describe('ms since the epoch');

const fields = {
  key: z.string().describe('What the model is stored under: `hf@org/name`, `hf@org/name@v1`.'),
  modelId: z.string(),
  revision: z.string(),
  commitHash: z.string().describe('40 hex digits.'),
  sizeInBytes: z.number(),
  fileCount: z.number(),
  complete: z.boolean().describe('False if files of the commit were left out.'),
  pinned: z.boolean(),
  path: z.string().describe("The model's folder on the server's machine."),
  connection: z.string().nullable().describe('Through which it came; null for an import.'),
  downloadedBy: z.string(),
  downloadDate: time,
  lastUsedBy: z.string().nullable(),
  lastUsed: time.nullable(),
  license: z.string().nullable().describe('As its tags say.'),
  metadata: z.record(z.string(), z.unknown()).describe('`model_metadata.json`.'),
};

export const modelSchema: z.ZodType<ModelJson> = z.object(fields).meta({ id: 'Model' });

const file = z
  .object({
    path: z.string(),
    size: z.number(),
    digest: z.string().optional().describe('sha256.'),
    gitOid: z.string().optional(),
    lfs: z.boolean(),
  })
  .meta({ id: 'File' });

export const modelDetailsSchema: z.ZodType = z
  .object({
    ...fields,
    files: z.array(file),
    omitted: z.array(file),
    derived: z.boolean(),
    exclusiveBytes: z.number().describe('Bytes that removing the model would free.'),
    commits: z.array(z.object({ commit: z.string(), createdAt: time, keys: z.array(z.string()) })),
    usedBy: z
      .array(z.object({ user: z.string(), lastUsed: time, revision: z.string() }))
      .describe('Who used it through this server, the newest first.'),
    sharedWith: z
      .array(z.object({ key: z.string(), modelId: z.string(), sharedBytes: z.number() }))
      .describe('Other models that have the same contents, the most first; at most 100.'),
  })
  .meta({ id: 'ModelDetails' });

export const cardSchema: z.ZodType = z
  .object({
    text: z.string().describe("Markdown without its front matter: a stranger's text."),
    frontMatter: z.record(z.string(), z.unknown()).nullable(),
    truncated: z.boolean().describe('Whether it is longer than the mebibyte that is given.'),
  })
  .meta({ id: 'Card' });

export const snapshotSchema: z.ZodType = z
  .object({ ...fields, files: z.array(file), omitted: z.array(file), derived: z.boolean() })
  .meta({ id: 'Snapshot' });

export function toModelJson(model: CachedModel): ModelJson {
  return {
    key: model.key,
    modelId: model.modelId,
    revision: model.revision,
    commitHash: model.commit,
    sizeInBytes: model.sizeInBytes,
    fileCount: model.fileCount,
    complete: model.complete,
    pinned: model.pinned,
    path: model.path,
    connection: model.connection ?? null,
    downloadedBy: model.downloadedBy,
    downloadDate: model.downloadDate,
    lastUsedBy: model.lastUsedBy ?? null,
    lastUsed: model.lastUsed ?? null,
    license: licenseOf(model.metadata.tags) ?? null,
    metadata: model.metadata,
  };
}

/** With as much of the metadata as a list shows. */
export function toShortJson(model: CachedModel): ModelJson {
  const { libraryName, pipelineName, taggedLanguages, lastModified, url } = model.metadata;
  const metadata = { libraryName, pipelineName, taggedLanguages, lastModified, url };
  return { ...toModelJson(model), metadata };
}

/** What the server knows of a model beside the cache. */
export interface ModelRelations {
  readonly usedBy: readonly Use[];
  readonly sharedWith: readonly {
    readonly key: string;
    readonly modelId: string;
    readonly sharedBytes: number;
  }[];
}

export function toDetailsJson(model: ModelDetails, relations: ModelRelations): object {
  const { files, omitted, derived, exclusiveBytes, commits } = model;
  return { ...toModelJson(model), files, omitted, derived, exclusiveBytes, commits, ...relations };
}

export function toSnapshotJson(model: OpenedModel): object {
  const { files, omitted, derived } = model;
  return { ...toModelJson(model), files, omitted, derived };
}
