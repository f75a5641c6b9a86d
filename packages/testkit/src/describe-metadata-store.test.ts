import { describeMetadataStore } from './describe-metadata-store.ts';
import { memoryMetadata } from './memory/memory-metadata.ts';
import { newMetadataData } from './memory/metadata-data.ts';

describeMetadataStore('memory', {
  async create() {
    const options = { data: newMetadataData(), isDead: (owner: string) => owner === 'dead' };
    return {
      store: memoryMetadata(options),
      reopen: () => memoryMetadata(options),
      async takeLeasesAndDie(keys, request) {
        const store = memoryMetadata(options);
        await store.open();
        await store.acquireLeases(keys, request);
      },
      destroy: async () => undefined,
    };
  },
});

describeMetadataStore('memory, alone', {
  create: async () => ({ store: memoryMetadata(), destroy: async () => undefined }),
});
