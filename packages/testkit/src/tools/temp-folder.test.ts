import { access, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { tempFolder } from './temp-folder.ts';

test('the folder is there in the block and gone after it', async () => {
  let path: string;
  {
    await using folder = await tempFolder();
    path = folder.path;
    await writeFile(folder.join('file'), 'content');
    expect(folder.join('a', 'b')).toBe(`${path}/a/b`);
    await access(folder.join('file'));
  }
  await expect(access(path)).rejects.toThrow();
});

test('two folders are apart, and may lie in another', async () => {
  await using outer = await tempFolder();
  await using inner = await tempFolder(outer.path);
  expect(inner.path.startsWith(`${outer.path}/`)).toBe(true);
  await outer.remove();
  await expect(access(inner.path)).rejects.toThrow();
});
