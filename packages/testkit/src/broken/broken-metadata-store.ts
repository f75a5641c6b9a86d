import { type MemoryMetadata, memoryMetadata } from '../memory/memory-metadata.ts';
import { newMetadataData } from '../memory/metadata-data.ts';
import type { MetadataSubject } from '../metadata/metadata-test.ts';
import type { BrokenFake } from './broken-fake.ts';

type Change = (store: MemoryMetadata) => Partial<MemoryMetadata>;

/** A memory metadata store with `change` in front of it. */
export function brokenMetadata(
  name: string,
  fails: string,
  change: Change,
): BrokenFake<MetadataSubject> {
  return {
    name,
    fails,
    async create() {
      const options = { data: newMetadataData(), isDead: (owner: string) => owner === 'dead' };
      const make = (): MemoryMetadata => {
        const store = memoryMetadata(options);
        return { ...store, ...change(store) };
      };
      return {
        store: make(),
        reopen: make,
        async takeLeasesAndDie(keys, request) {
          const store = memoryMetadata(options);
          await store.open();
          await store.acquireLeases(keys, request);
        },
        destroy: async () => undefined,
      };
    },
  };
}

/** Lets others go on. */
export function tick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
