import type { ResolvedModel } from '@modelkeep/core/spi';
import { apiFetch, isRecord, malformed } from './api-fetch.ts';
import { encodePath } from './hub-address.ts';
import type { HubContext } from './hub-context.ts';

const COMMIT = /^[0-9a-f]{40}$/;

/** Asks the Hub what a revision is now. */
export async function resolveModel(
  context: HubContext,
  modelId: string,
  revision: string,
  signal: AbortSignal | undefined,
): Promise<ResolvedModel> {
  const subject = { modelId, revision };
  const name = encodePath(modelId, 'model id');
  signal?.throwIfAborted();
  const { modelInfo } = await import('./hub-library.ts');
  const info = await modelInfo({
    name,
    revision,
    hubUrl: context.address.endpoint,
    additionalFields: ['sha', 'tags', 'library_name'],
    fetch: apiFetch(context, subject, isRecord, signal),
  });
  const commit: unknown = info.sha;
  if (typeof info.name !== 'string' || typeof commit !== 'string' || !COMMIT.test(commit)) {
    throw malformed(context, subject, 'its description lacks the id or the commit');
  }
  const pipelineName = text(info.task);
  const libraryName = text(info.library_name);
  return {
    modelId: info.name,
    commit,
    ...(Number.isNaN(info.updatedAt.getTime())
      ? {}
      : { lastModified: info.updatedAt.toISOString() }),
    ...(libraryName === undefined ? {} : { libraryName }),
    ...(pipelineName === undefined ? {} : { pipelineName }),
    tags: Array.isArray(info.tags) ? info.tags.filter((tag) => typeof tag === 'string') : [],
    gated: Boolean(info.gated),
    private: Boolean(info.private),
    url: context.address.page(info.name, revision),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
