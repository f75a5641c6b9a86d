import { createHash } from 'node:crypto';
import type { EntrySummary } from '../spi/model.ts';

/** What the Hub would say of a model that came by an archive. */
export function infoFromEntry(entry: EntrySummary): Readonly<Record<string, unknown>> {
  const { metadata, modelId, commit } = entry;
  const [author] = modelId.includes('/') ? modelId.split('/') : [];
  return {
    _id: createHash('sha256').update(modelId).digest('hex').slice(0, 24),
    id: modelId,
    modelId,
    ...(author === undefined ? {} : { author }),
    sha: commit,
    lastModified: metadata.lastModified ?? new Date(entry.downloadDate).toISOString(),
    createdAt: metadata.lastModified ?? new Date(entry.downloadDate).toISOString(),
    private: false,
    gated: false,
    disabled: false,
    tags: metadata.tags ?? [],
    downloads: 0,
    likes: 0,
    ...(metadata.pipelineName == null ? {} : { pipeline_tag: metadata.pipelineName }),
    ...(metadata.libraryName == null ? {} : { library_name: metadata.libraryName }),
    spaces: [],
    usedStorage: entry.sizeInBytes,
  };
}
