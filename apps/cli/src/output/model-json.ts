import type { CachedModel } from '@modelkeep/core';

/** A cached model as `--json` gives it: part of the command line's contract. */
export interface ModelJson {
  readonly key: string;
  readonly modelId: string;
  readonly revision: string;
  readonly commitHash: string;
  readonly sizeInBytes: number;
  readonly fileCount: number;
  readonly complete: boolean;
  readonly path: string;
  readonly downloadedBy: string;
  readonly downloadDate: number;
  readonly lastUsedBy: string | null;
  readonly lastUsed: number | null;
}

export function toModelJson(model: CachedModel): ModelJson {
  return {
    key: model.key,
    modelId: model.modelId,
    revision: model.revision,
    commitHash: model.commit,
    sizeInBytes: model.sizeInBytes,
    fileCount: model.fileCount,
    complete: model.complete,
    path: model.path,
    downloadedBy: model.downloadedBy,
    downloadDate: model.downloadDate,
    lastUsedBy: model.lastUsedBy ?? null,
    lastUsed: model.lastUsed ?? null,
  };
}

/** How a user names the model: `org/name`, or `org/name@v1`. */
export function displayName(model: Pick<CachedModel, 'key'>): string {
  return model.key.replace(/^hf@/, '');
}
