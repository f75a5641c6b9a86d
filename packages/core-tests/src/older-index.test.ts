import { memoryMetadata, memoryModel, withCommit } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { warnings } from './disk-cache.ts';
import { testCache } from './test-cache.ts';

it('has what was stored since a dump again after a repair, as the backup instructions say', async () => {
  const first = memoryModel('org/moved', { 'model.bin': 'first' });
  const moved = withCommit(first, memoryModel('org/moved', { 'model.bin': 'second' }));
  const added = memoryModel('org/added', { 'model.bin': 'added' });
  await using test = await testCache({ models: [first, added] });
  await test.cache.pullModel('org/moved');
  const dump = structuredClone(test.metadata.data);
  test.source.setModel(moved);
  await test.cache.pullModel('org/moved');
  await test.cache.pullModel('org/added');
  await test.cache.close();
  const contents = (): string[] =>
    [...test.storage.objects.keys()].filter((key) => key.startsWith('blobs/'));
  const stored = contents();

  const cache = await test.another({ metadata: memoryMetadata({ data: dump }) });
  const told = await warnings((onEvent) => cache.verifyModels({ repair: true, onEvent }));
  expect(told.at(-1)).toContain('3 manifests were of models that the index had lost');
  expect(told.join()).not.toContain('gc removes');
  expect((await cache.collectGarbage()).manifests).toBe(0);
  expect(contents()).toEqual(stored);
  for (const { modelId, commits } of [moved, added]) {
    for (const commit of Object.keys(commits)) {
      const known = await cache.findModel(`${modelId}@${commit}`);
      expect(known).toMatchObject({ commit, complete: true });
    }
  }
});
