import type { CallOptions, HubView, ModelCache, ServedRevision } from '@modelkeep/core';
import { ModelkeepError } from '@modelkeep/core/spi';
import { ANONYMOUS_USER } from './authenticator.ts';

/** What the Hub endpoint asks of a cache. */
export interface EndpointView {
  readonly view: HubView;
  readonly listModels: ModelCache['listModels'];
}

/**
 * The cache as an endpoint serves it, with those who have no token kept to what is public: the connection's own token
 * opens more at the source than everybody may see. They read models that they can name, and are given no lists.
 */
export function publicView(cache: ModelCache): EndpointView {
  const { hub } = cache;
  const requirePublic = async (
    modelId: string,
    revision: string,
    options: CallOptions | undefined,
  ): Promise<ServedRevision> => {
    const served = await hub.revision(modelId, revision, options);
    if (served.private) {
      throw new ModelkeepError('model-not-found', 'Repository not found', { details: { modelId } });
    }
    if (served.gated) {
      throw new ModelkeepError(
        'gated',
        `Access to model ${modelId} is restricted. You must be authenticated to access it: set HF_TOKEN to a token of this server.`,
        { details: { modelId } },
      );
    }
    return served;
  };
  const view: HubView = {
    revision: (modelId, revision, options) =>
      isAnonymous(options)
        ? requirePublic(modelId, revision, options)
        : hub.revision(modelId, revision, options),
    async file(modelId, revision, path, options) {
      if (isAnonymous(options)) await requirePublic(modelId, revision, options);
      return hub.file(modelId, revision, path, options);
    },
    async refs(modelId, options) {
      if (isAnonymous(options)) await requirePublic(modelId, 'main', options);
      return hub.refs(modelId, options);
    },
    // Names alone: what they mean is asked for by `revision`.
    kept: (modelId, options) => hub.kept(modelId, options),
    async commitObject(modelId, commit, options) {
      if (isAnonymous(options)) await requirePublic(modelId, commit, options);
      return hub.commitObject(modelId, commit, options);
    },
    gitHistory: hub.gitHistory,
    async forward(request, modelId, options) {
      if (isAnonymous(options)) {
        throw new ModelkeepError('offline', 'without a token, the source is asked for files only');
      }
      return hub.forward(request, modelId, options);
    },
  };
  return {
    view,
    async *listModels(options) {
      if (!isAnonymous(options)) yield* cache.listModels(options);
    },
  };
}

function isAnonymous(options: CallOptions | undefined): boolean {
  return options?.user?.name === ANONYMOUS_USER.name;
}
