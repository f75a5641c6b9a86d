import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelCache } from '@modelkeep/core';
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
});
