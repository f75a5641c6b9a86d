import { expect, it } from 'vitest';
import type { CoreContext } from '../context.ts';
import { createBlobStore } from './blob-store.ts';

it('notes a content before it is kept here: until then it is garbage to a collection', async () => {
  const order: string[] = [];
  const stored = async (key: string) => {
    order.push('stored');
    return { key, size: 1, receipt: '', modifiedAt: 0 };
  };
  const storage = {
    write: stored,
    ingestFile: stored,
  };
  const metadata = {
    putBlobs: async () => {
      order.push('noted');
      return [];
    },
  };
  const tier = {
    keepBytes: async () => void order.push('kept'),
    keepFile: async (_digest: string, _file: unknown, publish: () => Promise<unknown>) => {
      const result = await publish();
      order.push('kept');
      return result;
    },
  };
  const blobs = createBlobStore(
    storage as Partial<CoreContext['storage']> as CoreContext['storage'],
    { metadata, tier, owner: 'me', leaseTtlMs: 1000 } as unknown as CoreContext,
  );
  const digest = 'a'.repeat(64);
  await blobs.publishBytes(new Uint8Array(1), { digest });
  expect(order.splice(0)).toEqual(['stored', 'noted', 'kept']);
  await blobs.publishFile({ path: '/nowhere', size: 1, digest });
  expect(order).toEqual(['stored', 'noted', 'kept']);
});
