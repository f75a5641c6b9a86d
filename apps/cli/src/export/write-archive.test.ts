import { mkdir, readdir, readFile } from 'node:fs/promises';
import { tempFolder } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { writeArchiveFile } from './write-archive.ts';

const archive = (): ReadableStream<Uint8Array> => ReadableStream.from([Buffer.from('tar')]);

it('writes the whole file', async () => {
  await using folder = await tempFolder();
  expect(await writeArchiveFile(archive(), folder.join('m.tar'))).toBe(3);
  expect(await readFile(folder.join('m.tar'), 'utf8')).toBe('tar');
});

it.each(['EACCES', 'EIO', 'ENOENT'])(
  'tells %s of a file that is read as it is, and not of the archive',
  async (code) => {
    await using folder = await tempFolder();
    const failure = Object.assign(new Error(`${code}: open '/m/model.safetensors'`), { code });
    const stream = ReadableStream.from(
      (async function* () {
        yield Buffer.from('t');
        throw failure;
      })(),
    );
    await expect(writeArchiveFile(stream, folder.join('m.tar'))).rejects.toBe(failure);
    expect(await readdir(folder.path)).toEqual([]);
  },
);

it('tells what fails with the archive of it', async () => {
  await using folder = await tempFolder();
  await mkdir(folder.join('m.tar'));
  await expect(writeArchiveFile(archive(), folder.join('m.tar'))).rejects.toThrow(
    `cannot write ${folder.join('m.tar')}: `,
  );
  const away = folder.join('away/m.tar');
  await expect(writeArchiveFile(archive(), away)).rejects.toThrow(`there is no ${away}`);
  expect(await readdir(folder.path)).toEqual(['m.tar']);
});
