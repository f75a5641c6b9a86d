import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PartialFile } from './partial-file.ts';

const SIZE = 1000;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'partial-file-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function leave(token: number): Promise<void> {
  const partial = await PartialFile.open(folder, 'sha256-a', SIZE, { token });
  await partial.handle.write(Buffer.alloc(600, 7), 0, 600, 0);
  partial.note(0, 600);
  partial.etag = '"one"';
  await partial.close();
}

describe('PartialFile', () => {
  it.each([
    { taken: 'after its holder had let go', holder: { token: 2 } },
    { taken: 'from a dead holder', holder: { token: 2, takenOver: 'dead' } as const },
    {
      taken: 'from a holder that may still write',
      holder: { token: 2, takenOver: 'expired' } as const,
    },
    { taken: 'under the same token, as tokens begin anew with a lost index', holder: { token: 1 } },
    {
      taken: 'under the same token from a holder that may still write',
      holder: { token: 1, takenOver: 'expired' } as const,
    },
  ])('goes on with what is there, taken $taken', async ({ holder }) => {
    await leave(1);
    const partial = await PartialFile.open(folder, 'sha256-a', SIZE, holder);
    expect([partial.front, partial.etag]).toEqual([600, '"one"']);
    expect((await readFile(partial.path)).subarray(0, 600)).toEqual(Buffer.alloc(600, 7));
    await partial.close();
    expect(await readdir(folder)).toHaveLength(2);
  });
});
