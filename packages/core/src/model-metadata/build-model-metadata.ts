import type { ModelRef } from '../names/model-name.ts';
import type { ModelMetadata } from '../spi/model.ts';
import type { ResolvedModel } from '../spi/model-source.ts';
import { taggedLanguages } from './tagged-languages.ts';

export interface DownloadFacts {
  /** ms since the epoch. */
  readonly downloadDate: number;
  /** Name of the user. */
  readonly downloadedBy: string;
  /** Bytes of the files kept. */
  readonly sizeInBytes: number;
}

/** The metadata of a model that was fetched, field by field as its source tells them. What the source does not tell is null. */
export async function buildModelMetadata(
  ref: ModelRef,
  resolved: ResolvedModel,
  facts: DownloadFacts,
): Promise<ModelMetadata> {
  return {
    commitHash: resolved.commit,
    downloadDate: facts.downloadDate,
    downloadedBy: facts.downloadedBy,
    lastDssUsage: null,
    lastModified: resolved.lastModified ?? null,
    lastUsedBy: null,
    libraryName: resolved.libraryName ?? null,
    modelDefinition: { key: ref.key },
    pipelineName: resolved.pipelineName ?? null,
    sizeInBytes: facts.sizeInBytes,
    taggedLanguages: await taggedLanguages(resolved.tags),
    tags: [...resolved.tags],
    url: resolved.url,
    version: 0,
  };
}
