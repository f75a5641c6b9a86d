import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { memoryModel, seededBytes, tempFolder } from '@modelkeep/testkit/memory';
import { describe, expect, it } from 'vitest';
import { type DiskCache, diskCache } from './disk-cache.ts';

const model = memoryModel('org/name', {
  'config.json': '{}',
  'model.safetensors': seededBytes(5, 50_000),
});

/** A model packed by hand, without `.gitattributes`: who keeps its files can only be guessed. */
async function importByHand(test: DiskCache): Promise<void> {
  await using folder = await tempFolder();
  await mkdir(folder.join('model'));
  for (const { path, content } of Object.values(model.commits).flat())
    await writeFile(folder.join('model', path), content);
  await writeFile(
    folder.join('model_metadata.json'),
    JSON.stringify({
      modelDefinition: { key: 'hf@org/name' },
      url: 'https://h.test/org%2Fname/tree/main',
      version: 0,
      commitHash: model.revisions['main'],
    }),
  );
  await test.cache.importModel({ folder: folder.path });
}

describe('a commit that was pulled and packed by hand', () => {
  const pull = (test: DiskCache): Promise<unknown> => test.cache.pullModel('org/name');

  it.each([
    ['pulled first', [pull, importByHand]],
    ['imported first', [importByHand, pull]],
  ])('keeps the ETags of the Hub, and one link a content: %s', async (_order, steps) => {
    await using test = await diskCache({ models: [model] });
    for (const step of steps) await step(test);
    const { path, files } = await test.cache.showModel('org/name');
    expect(files.map(({ path: name, lfs }) => [name, lfs])).toEqual([
      ['config.json', false],
      ['model.safetensors', true],
    ]);
    const names = await readdir(join(path, '../../blobs'));
    expect(names.map((name) => name.length).toSorted()).toEqual([40, 64]);
    expect((await test.cache.verifyModels()).problems).toEqual([]);
    await test.cache.removeModel('org/name');
    expect(await readdir(test.folder)).not.toContain('hub');
  });
});
