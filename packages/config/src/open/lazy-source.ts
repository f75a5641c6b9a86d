import { ModelkeepError, type ModelSource } from '@modelkeep/core/spi';

/** A source whose code is loaded when it is first asked: most commands never ask. */
export function lazySource(
  facts: Pick<ModelSource, 'name' | 'endpoint'>,
  load: () => Promise<ModelSource>,
): ModelSource {
  let loading: Promise<ModelSource> | undefined;
  const source = (): Promise<ModelSource> => {
    loading ??= load();
    return loading;
  };
  return {
    specificationVersion: 'v1',
    name: facts.name,
    endpoint: facts.endpoint,
    resolve: async (...args) => (await source()).resolve(...args),
    async *listFiles(...args) {
      yield* (await source()).listFiles(...args);
    },
    open: async (...args) => (await source()).open(...args),
    listRevisions: async (...args) => (await (await source()).listRevisions?.(...args)) ?? [],
    describe: async (modelId, revision, options) => {
      const loaded = await source();
      if (loaded.describe !== undefined) return loaded.describe(modelId, revision, options);
      return { resolved: await loaded.resolve(modelId, revision, options), info: {} };
    },
    commitObject: async (...args) => (await source()).commitObject?.(...args),
    forward: async (...args) => {
      const loaded = await source();
      if (loaded.forward !== undefined) return loaded.forward(...args);
      throw new ModelkeepError('unsupported', `${facts.name} has no API to pass requests on to`);
    },
    close: async () => {
      // What could not be loaded has said so already, and holds nothing.
      const loaded = await loading?.catch(() => undefined);
      await loaded?.close();
    },
  };
}
