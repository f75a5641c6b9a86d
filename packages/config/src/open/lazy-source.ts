import type { ModelSource } from '@modelkeep/core/spi';

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
    close: async () => {
      if (loading !== undefined) await (await loading).close();
    },
  };
}
