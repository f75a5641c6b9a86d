import { createModelCache } from '@modelkeep/core';
import { ModelkeepError } from '@modelkeep/core/spi';
import { memoryMetadata, memoryStorage, tempFolder } from '@modelkeep/testkit/memory';
import { expect, it, vi } from 'vitest';

/** Opens a store whose `broken` backend does not answer. Returns how often each was closed. */
async function refused(broken: 'storage' | 'metadata'): Promise<Record<typeof broken, number>> {
  await using folder = await tempFolder();
  const storage = memoryStorage();
  const metadata = memoryMetadata();
  const closed = { storage: vi.spyOn(storage, 'close'), metadata: vi.spyOn(metadata, 'close') };
  const error = new ModelkeepError('storage-failed', 'no answer');
  if (broken === 'storage') vi.spyOn(storage, 'stat').mockRejectedValue(error);
  else vi.spyOn(metadata, 'open').mockRejectedValue(error);
  const opening = createModelCache({ storage, metadata, workspace: folder.path });
  await expect(opening).rejects.toMatchObject({ message: 'no answer' });
  return {
    storage: closed.storage.mock.calls.length,
    metadata: closed.metadata.mock.calls.length,
  };
}

it('a store that cannot be used leaves nothing open', async () => {
  expect(await refused('storage')).toEqual({ storage: 1, metadata: 1 });
});

it('a backend that did not open is not closed, and the one before it is', async () => {
  expect(await refused('metadata')).toEqual({ storage: 1, metadata: 0 });
});
