import { memoryModel, seededBytes } from '@modelkeep/testkit/memory';
import { expect, it, vi } from 'vitest';
import { testCache } from './test-cache.ts';

const MIB = 1024 * 1024;
const model = memoryModel('org/name', { 'model.safetensors': seededBytes(7, 12 * MIB) });

it('a cache that is being closed begins no download, for whoever got room just then', async () => {
  await using test = await testCache({ models: [model], quotaBytes: 100 * MIB });
  const file = await test.cache.hub.file('org/name', 'main', 'model.safetensors');
  const asked = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const acquire = test.metadata.acquireLeases.bind(test.metadata);
  vi.spyOn(test.metadata, 'acquireLeases').mockImplementation(async (...call) => {
    asked.resolve();
    await gate.promise;
    return await acquire(...call);
  });
  const reading = Array.fromAsync(file.open());
  reading.catch(() => {});
  await asked.promise;
  const closed = test.cache.close();
  gate.resolve();
  await closed;
  await expect(reading).rejects.toMatchObject({ code: 'conflict' });
  expect(test.source.openCalls).toEqual([]);
});
