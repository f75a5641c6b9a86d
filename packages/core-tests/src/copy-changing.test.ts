import type { MetadataStore } from '@modelkeep/core/spi';
import { memoryMetadata, memoryModel, memoryStorage } from '@modelkeep/testkit/memory';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type TestCache, testCache } from './test-cache.ts';

const one = memoryModel('org/one', { 'a.json': '{"a":1}' });
const about = { gated: true, private: false };
const moved = memoryModel('org/one', { 'a.json': '{"a":2}' }, { about });
const commit = moved.revisions['main'] as string;

let old: TestCache;
let fresh: TestCache;

beforeEach(async () => {
  old = await testCache({ models: [one] });
  fresh = await testCache({ models: [moved] });
  await old.cache.pullModel('org/one');
});
afterEach(async () => {
  await old[Symbol.asyncDispose]();
  await fresh[Symbol.asyncDispose]();
});

it('brings who may read a commit that came into the old store meanwhile', async () => {
  const metadata = memoryMetadata({ data: old.metadata.data });
  const from: MetadataStore = {
    ...metadata,
    async *listEntries(options) {
      // What is copied once, at the start, has been copied by now.
      if (options?.modelId !== undefined && old.source.openCalls.length === 1) {
        old.source.setModel(moved);
        await old.cache.pullModel('org/one');
      }
      yield* metadata.listEntries(options);
    },
  };
  const storage = memoryStorage({ objects: old.storage.objects });
  await fresh.cache.copyStore({ storage, metadata: from });
  expect((await fresh.metadata.getEntry('hf@org/one'))?.commit).toBe(commit);
  const guard = await fresh.metadata.getRecord('restricted', `org/one@${commit}`);
  expect(guard?.value).toEqual(about);
});

it('leaves what a pull brought while it waited for the model', async () => {
  const puller = await fresh.another();
  const { acquireLeases } = fresh.metadata;
  let pulled = 0;
  fresh.metadata.acquireLeases = async (keys, options) => {
    if (keys.includes('model/org/one') && pulled === 0) {
      pulled += 1;
      await puller.pullModel('org/one');
    }
    return acquireLeases.call(fresh.metadata, keys, options);
  };
  const report = await fresh.cache.copyStore({
    storage: memoryStorage({ objects: old.storage.objects }),
    metadata: memoryMetadata({ data: old.metadata.data }),
  });
  expect(pulled).toBe(1);
  expect(report.newer).toEqual(['hf@org/one']);
  expect((await fresh.metadata.getEntry('hf@org/one'))?.commit).toBe(commit);
  expect((await fresh.cache.showModel('org/one')).commits).toHaveLength(2);
});
