import { mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeFolder } from './make-folder.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelkeep-make-folder-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('makes those above it, with the mode, and leaves what is there', async () => {
  const path = join(folder, 'a/b/c');
  await makeFolder(path, 0o700);
  await makeFolder(path, 0o755);
  expect((await stat(path)).mode & 0o777).toBe(0o700);
});

it('fails where one above it cannot be made', async () => {
  await symlink(join(folder, 'nowhere/at/all'), join(folder, 'link'));
  await writeFile(join(folder, 'file'), '');
  await expect(makeFolder(join(folder, 'link/a/b'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  await expect(makeFolder(join(folder, 'file/a/b'))).rejects.toMatchObject({ code: 'ENOTDIR' });
});
