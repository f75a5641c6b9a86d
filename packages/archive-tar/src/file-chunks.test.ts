import { readFile, truncate, writeFile } from 'node:fs/promises';
import { paxRecord, rawMember, rawPax, rawTar } from '@modelkeep/testkit/hostile-archives';
import { collectBytes, seededBytes, type TempFolder, tempFolder } from '@modelkeep/testkit/memory';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tarArchives } from './tar-archives.ts';

const LIMITS = { maxEntries: 1000, maxPathBytes: 2000, maxTotalBytes: () => 2 ** 40 };
const MEMBERS = [
  { path: 'small', content: 'x' },
  { path: 'large', content: seededBytes(1, 3_000_000) },
  { path: '\u00fc', content: seededBytes(2, 200_000) },
  { path: 'empty', content: '' },
];

let folder: TempFolder;
let path: string;
beforeEach(async () => {
  folder = await tempFolder();
  path = folder.join('archive');
  const comment = rawPax(paxRecord('comment', 'c'.repeat(600)), 'g');
  await writeFile(path, rawTar(comment, ...MEMBERS.map(rawMember)));
});
afterEach(() => folder[Symbol.asyncDispose]());

function entries(): ReturnType<ReturnType<typeof tarArchives>['read']> {
  const stream = (): never => {
    throw new Error('the file is read');
  };
  return tarArchives().read({ path, stream }, 'tar', LIMITS);
}

describe('an archive that is a file', () => {
  it('tells where each content begins', async () => {
    const whole = await readFile(path);
    for await (const { path: name, position = -1, size } of entries()) {
      const member = MEMBERS.find((candidate) => candidate.path === name);
      const content = whole.subarray(position, position + size);
      expect(Buffer.compare(content, Buffer.from(member?.content ?? '?')), name).toBe(0);
    }
  });

  it.each([1, 2, 3])('gives the same contents, whichever of them are read (%d)', async (step) => {
    const names: string[] = [];
    for await (const { path: name, body } of entries()) {
      names.push(name);
      if (names.length % step !== 0) continue;
      const content = MEMBERS[names.length - 1]?.content ?? '?';
      expect(Buffer.compare(await collectBytes(body), Buffer.from(content)), name).toBe(0);
    }
    expect(names).toEqual(MEMBERS.map((member) => member.path));
  });

  it('that is cut names the member before anybody reads it', async () => {
    await truncate(path, 1_000_000);
    const names: string[] = [];
    await expect(
      (async () => {
        for await (const entry of entries()) names.push(entry.path);
      })(),
    ).rejects.toMatchObject({ code: 'archive-invalid', details: { member: 'large' } });
    expect(names).toEqual(['small']);
  });

  it('that is absent is named', async () => {
    path = folder.join('gone');
    await expect(entries()[Symbol.asyncIterator]().next()).rejects.toThrow(/gone.*cannot be read/);
  });
});
