import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readListing } from './read-listing.ts';

const oid = 'a'.repeat(40);
const sha256 = 'b'.repeat(64);

async function read(content: string | undefined): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'modelkeep-test-'));
  try {
    if (content !== undefined) await writeFile(join(folder, 'tree.json'), content);
    await symlink('tree.json', join(folder, 'link.json'));
    const found = await readListing(join(folder, 'tree.json'));
    // A link is never followed.
    if (content !== undefined) expect(await readListing(join(folder, 'link.json'))).toBe('damaged');
    return found instanceof Map ? Object.fromEntries(found) : found;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const listing = (files: unknown, version: unknown = 1): string =>
  JSON.stringify({ format_version: version, files });

describe('readListing', () => {
  it('reads what git and git-lfs keep', async () => {
    const found = await read(
      listing({
        'a/b.txt': { size: 3, blob_id: oid },
        'w.bin': { size: 130, blob_id: oid, lfs_sha256: sha256, lfs_size: 9, xet_hash: 'c' },
        'known.txt': { size: 1, blob_id: sha256 },
      }),
    );
    expect(found).toEqual({
      'a/b.txt': { path: 'a/b.txt', size: 3, lfs: false, expected: { gitOid: oid } },
      'w.bin': { path: 'w.bin', size: 9, lfs: true, expected: { digest: sha256 } },
      'known.txt': { path: 'known.txt', size: 1, lfs: false, expected: { digest: sha256 } },
    });
  });

  it('tells of none', async () => {
    expect(await read(undefined)).toBeUndefined();
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['another version', listing({}, 2)],
    ['no files', '{"format_version":1}'],
    ['a path that leaves the folder', listing({ '../x': { size: 1, blob_id: oid } })],
    ['a size that is none', listing({ x: { size: -1, blob_id: oid } })],
    ['a size beyond all disks', listing({ x: { size: 1e300, blob_id: oid } })],
    ['an id that is none', listing({ x: { size: 1, blob_id: 'abc' } })],
    ['an entry that is none', listing({ x: null })],
  ])('refuses %s', async (_what, content) => {
    expect(await read(content)).toBe('damaged');
  });
});
