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

  it.each([
    { etag: undefined, front: 800, first: 7 },
    { etag: '"one"', front: 800, first: 7 },
    { etag: '"two"', front: 0, first: 0 },
  ])(
    'a copy of what another one fetched ($etag) goes on with what was here before',
    async ({ etag, front, first }) => {
      await leave(1);
      const copy = await PartialFile.create(folder, 'sha256-a', SIZE);
      await copy.handle.write(Buffer.alloc(300, 9), 0, 300, 500);
      copy.note(500, 800);
      copy.etag = etag;
      await copy.become('sha256-a', { token: 2, takenOver: 'expired' });
      expect(copy.front).toBe(front);
      expect(copy.ranges.contiguousEnd(500)).toBe(800);
      const bytes = await readFile(copy.path);
      expect(bytes.subarray(0, 500)).toEqual(Buffer.alloc(500, first));
      expect(bytes.subarray(500, 800)).toEqual(Buffer.alloc(300, 9));
      await copy.close();
      expect(await readdir(folder)).toHaveLength(2);
      const next = await PartialFile.open(folder, 'sha256-a', SIZE, { token: 3 });
      expect([next.front, next.etag]).toEqual([front, etag ?? '"one"']);
      await next.close();
    },
  );
});
