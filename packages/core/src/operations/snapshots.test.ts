import { expect, it } from 'vitest';
import type { MetadataStore } from '../spi/metadata-store.ts';
import { requireSnapshot } from './snapshots.ts';

const entry = { key: 'hf@org/a', modelId: 'org/a', commit: 'a'.repeat(40) };

/** A store that has the entry, or has not, and no snapshot. */
function store(found: typeof entry | undefined): MetadataStore {
  const calls = { getSnapshot: async () => undefined, getEntry: async () => found };
  return calls as unknown as MetadataStore;
}

it('tells an entry that went meanwhile from an index that has lost its files', async () => {
  const went = requireSnapshot({ metadata: store(undefined) }, entry);
  await expect(went).rejects.toMatchObject({ code: 'conflict', retryable: true });
  const lost = requireSnapshot({ metadata: store(entry) }, entry);
  await expect(lost).rejects.toMatchObject({ code: 'storage-failed' });
});
