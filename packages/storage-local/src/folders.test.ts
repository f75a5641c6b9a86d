import { mkdir, rm } from 'node:fs/promises';
import { tempFolder } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { Folders } from './folders.ts';

it('shares one sync among all who ask while another runs', async () => {
  await using folder = await tempFolder();
  const folders = new Folders(folder.path);
  const first = folders.sync(folder.path);
  const second = folders.sync(folder.path);
  expect(second, 'the first may be too early for the second').not.toBe(first);
  expect(folders.sync(folder.path)).toBe(second);
  await first;
  const third = folders.sync(folder.path);
  expect(third, 'the second may run already').not.toBe(second);
  await Promise.all([second, third]);
  expect(folders.sync(folder.path)).not.toBe(third);
});

it('fails for all who waited for a sync that failed, and for nobody later', async () => {
  await using folder = await tempFolder();
  const folders = new Folders(folder.path);
  const path = folder.join('gone');
  const syncs = await Promise.allSettled([1, 2, 3].map(() => folders.sync(path)));
  expect(syncs.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  await mkdir(path);
  await folders.sync(path);
});

it('makes folders for many at once, and tries again after a failure', async () => {
  await using folder = await tempFolder();
  const folders = new Folders(folder.path);
  await Promise.all(Array.from({ length: 20 }, () => folders.ensure(folder.join('a/b/c'))));
  await folders.sync(folder.join('a/b/c'));
  await rm(folder.join('a'), { recursive: true });
  folders.forget();
  await folders.ensure(folder.join('a/b/c'));
  await folders.sync(folder.join('a/b/c'));
});

it.runIf(process.platform === 'linux')('gives up where no folder can be made', async () => {
  await expect(new Folders('/proc/store').ensure('/proc/store/blobs')).rejects.toMatchObject({
    code: 'ENOENT',
  });
});
