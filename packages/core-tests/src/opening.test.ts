import { createModelCache } from '@modelkeep/core';
import { ModelkeepError } from '@modelkeep/core/spi';
import { memoryMetadata, memoryStorage, tempFolder } from '@modelkeep/testkit/memory';
import { expect, it, vi } from 'vitest';

function backends() {
  const storage = memoryStorage();
  const metadata = memoryMetadata();
  return {
    storage,
    metadata,
    storageClosed: vi.spyOn(storage, 'close'),
    metadataClosed: vi.spyOn(metadata, 'close'),
  };
}

it('a store that cannot be used leaves nothing open', async () => {
  await using folder = await tempFolder();
  const { storage, metadata, storageClosed, metadataClosed } = backends();
  vi.spyOn(storage, 'stat').mockRejectedValue(new ModelkeepError('storage-failed', 'no answer'));
  const opening = createModelCache({ storage, metadata, workspace: folder.path });
  await expect(opening).rejects.toMatchObject({ message: 'no answer' });
  expect(storageClosed).toHaveBeenCalledOnce();
  expect(metadataClosed).toHaveBeenCalledOnce();
});

it('a backend that did not open is not closed, and the one before it is', async () => {
  await using folder = await tempFolder();
  const { storage, metadata, storageClosed, metadataClosed } = backends();
  vi.spyOn(metadata, 'open').mockRejectedValue(new ModelkeepError('storage-failed', 'no answer'));
  const opening = createModelCache({ storage, metadata, workspace: folder.path });
  await expect(opening).rejects.toMatchObject({ message: 'no answer' });
  expect(storageClosed).toHaveBeenCalledOnce();
  expect(metadataClosed).not.toHaveBeenCalled();
});
