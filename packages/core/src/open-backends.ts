import type { MetadataStore } from './spi/metadata-store.ts';
import type { Storage } from './spi/storage.ts';
import { checkStoreLayout } from './store-layout.ts';

/** Opens both, or neither: what one of them has open would keep the process of a caller alive that goes on without them. */
export async function openBackends(storage: Storage, metadata: MetadataStore): Promise<void> {
  const opened: (Storage | MetadataStore)[] = [];
  try {
    for (const backend of [storage, metadata]) {
      await backend.open();
      opened.push(backend);
    }
    await checkStoreLayout(storage);
  } catch (error) {
    await Promise.allSettled(opened.map((backend) => backend.close()));
    throw error;
  }
}
