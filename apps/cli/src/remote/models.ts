import type { CachedModel, ModelDetails } from '@modelkeep/core';

/** A model as the API tells of it. */
export interface RemoteModel
  extends Omit<CachedModel, 'commit' | 'connection' | 'lastUsed' | 'lastUsedBy'> {
  readonly commitHash: string;
  readonly connection: string | null;
  readonly lastUsed: number | null;
  readonly lastUsedBy: string | null;
}

export type RemoteDetails = RemoteModel &
  Pick<ModelDetails, 'files' | 'omitted' | 'derived' | 'exclusiveBytes' | 'commits'>;

export function toCachedModel(model: RemoteModel): CachedModel {
  const { commitHash, connection, lastUsed, lastUsedBy, ...facts } = model;
  return {
    ...facts,
    commit: commitHash,
    ...(connection === null ? {} : { connection }),
    ...(lastUsed === null ? {} : { lastUsed }),
    ...(lastUsedBy === null ? {} : { lastUsedBy }),
  };
}

export function toDetails(model: RemoteDetails): ModelDetails {
  const { files, omitted, derived, exclusiveBytes, commits } = model;
  return { ...toCachedModel(model), files, omitted, derived, exclusiveBytes, commits };
}

/** The path of a model below the API. */
export function modelPath(name: string): string {
  return `/models/${encodeURIComponent(name)}`;
}
