import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CacheEvent, ModelCache } from '@modelkeep/core';
import {
  memoryModel,
  memoryStorage,
  seededBytes,
  type TempFolder,
  tempFolder,
} from '@modelkeep/testkit/memory';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestCache, testCache } from './test-cache.ts';

const model = memoryModel('org/name', { 'a.json': '{"a":1}', 'b.bin': seededBytes(11, 100_000) });

let test: TestCache;
let folder: TempFolder;
/** A cache on the same store, on a machine that has nothing of it but a folder of its own. */
let elsewhere: ModelCache;

beforeEach(async () => {
  test = await testCache({ models: [model] });
  folder = await tempFolder();
  const storage = memoryStorage({ objects: test.storage.objects });
  elsewhere = await test.another({ storage, workspace: folder.path });
});
afterEach(async () => {
  await test[Symbol.asyncDispose]();
  await folder.remove();
});

async function hubOf(workspace: string): Promise<string[]> {
  return await readdir(join(workspace, 'hub'), { recursive: true }).catch(() => []);
}

describe('a machine whose workspace is not the storage’s own', () => {
  it('lays out what another one pulled, and removes it once it is gone', async () => {
    await test.cache.pullModel('org/name');
    const path = await elsewhere.getModelFromCache('org/name');
    expect(path).toContain(folder.path);
    expect(await readFile(join(path ?? '', 'a.json'), 'utf8')).toBe('{"a":1}');
    expect((await elsewhere.collectGarbage()).checkouts).toBe(0);
    await test.cache.removeModel('org/name');
    expect(await hubOf(folder.path)).not.toEqual([]);
    expect((await elsewhere.collectGarbage({ dryRun: true })).checkouts).toBe(1);
    expect(await hubOf(folder.path)).not.toEqual([]);
    expect((await elsewhere.collectGarbage()).checkouts).toBe(1);
    expect(await hubOf(folder.path)).toEqual([]);
    expect((await elsewhere.collectGarbage()).checkouts).toBe(0);
  });

  it('lays out what another one has stored more of since, and finds nothing wrong until then', async () => {
    await test.cache.pullModel('org/name', { include: ['*.json'] });
    const path = await elsewhere.getModelFromCache('org/name');
    expect(await readdir(path)).toEqual(['a.json']);
    await test.cache.pullModel('org/name');
    expect(await elsewhere.verifyModels()).toMatchObject({ problems: [] });
    expect(await elsewhere.getModelFromCache('org/name')).toBe(path);
    expect(await readdir(path)).toEqual(['a.json', 'b.bin']);
    const events: unknown[] = [];
    const onEvent = (event: CacheEvent): void =>
      void (event.type === 'warning' && events.push(event));
    expect(await elsewhere.verifyModels({ onEvent })).toMatchObject({ problems: [] });
    expect(events).toEqual([]);
  });

  it.each([false, true])(
    'misses no folder of models that are not used there (repair: %s)',
    async (repair) => {
      await test.cache.pullModel('org/name');
      const events: unknown[] = [];
      const onEvent = (event: CacheEvent): void => void events.push(event.type);
      expect(await elsewhere.verifyModels({ repair, onEvent })).toMatchObject({ problems: [] });
      expect(events).not.toContain('warning');
      expect(await hubOf(folder.path)).toEqual([]);
    },
  );

  it('finds nothing wrong in what another one has stored anew in its own way', async () => {
    await test.cache.pullModel('org/name');
    const path = await elsewhere.getModelFromCache('org/name');
    const [found] = test.metadata.data.snapshots;
    if (found === undefined) throw new Error('There is no snapshot');
    const [key, snapshot] = found;
    const files = snapshot.files.map((file) => ({ ...file, lfs: !file.lfs }));
    test.metadata.data.snapshots.set(key, { ...snapshot, files });
    const problems = async (): Promise<readonly unknown[]> =>
      (await elsewhere.verifyModels()).problems.filter(({ kind }) => kind === 'checkout-broken');
    expect(await problems()).toEqual([]);
    await writeFile(join(path, '../../trees', `${snapshot.commit}.json`), '{"files":{}}');
    expect(await problems()).toHaveLength(1);
  });
});
