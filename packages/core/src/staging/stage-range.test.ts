import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOfBytes, gitOidOfBytes } from '../hashing/hash-bytes.ts';
import { createHashPool } from '../hashing/hash-pool.ts';
import { stageRange } from './stage-range.ts';

const hashing = createHashPool(1);
afterAll(() => hashing.close());
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stage-range-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const BYTES = Buffer.alloc(5_000_000, 'some bytes that repeat ');
const quiet = { onProgress: () => {}, onCopied: () => {} };

async function source(content: Uint8Array = BYTES): Promise<string> {
  await writeFile(join(folder, 'source'), content);
  return join(folder, 'source');
}

describe('stageRange', () => {
  it('copies a part of a file, and hashes it', async () => {
    const part = BYTES.subarray(512, 512 + 3_333_333);
    const told: number[] = [];
    const staged = await stageRange(
      hashing,
      join(folder, 'to'),
      { path: await source(), start: 512 },
      {
        ...quiet,
        size: part.length,
        gitOid: true,
        onProgress: (done) => void told.push(done),
      },
    );
    expect(Buffer.compare(await readFile(join(folder, 'to')), part)).toBe(0);
    expect(staged).toMatchObject({ digest: digestOfBytes(part), gitOid: gitOidOfBytes(part) });
    expect(told.at(-1)).toBe(part.length);
  });

  it('leaves nothing of a file that is shorter, or has grown', async () => {
    const path = await source();
    for (const [range, size] of [
      [{ path, start: 1 }, BYTES.length],
      [{ path, start: 0, wholeFile: true }, BYTES.length - 1],
    ] as const) {
      const staging = stageRange(hashing, join(folder, 'to'), range, {
        ...quiet,
        size,
        gitOid: false,
      });
      await expect(staging).rejects.toMatchObject({ code: 'integrity-mismatch' });
    }
    expect(await readdir(folder)).toEqual(['source']);
  });

  it('does not follow a link that was put in the place of a file', async () => {
    await symlink(await source(), join(folder, 'link'));
    const range = { path: join(folder, 'link'), start: 0, wholeFile: true };
    const options = { ...quiet, size: BYTES.length, gitOid: false };
    await expect(stageRange(hashing, join(folder, 'to'), range, options)).rejects.toMatchObject({
      code: 'storage-failed',
    });
    const followed = { path: join(folder, 'link'), start: 0 };
    await expect(stageRange(hashing, join(folder, 'to'), followed, options)).resolves.toBeDefined();
  });

  it('ends with the reason of an abort', async () => {
    const reason = new Error('enough');
    const controller = new AbortController();
    const staging = stageRange(
      hashing,
      join(folder, 'to'),
      { path: await source(), start: 0 },
      {
        size: BYTES.length,
        gitOid: false,
        signal: controller.signal,
        onProgress: () => controller.abort(reason),
        onCopied: () => {},
      },
    );
    await expect(staging).rejects.toBe(reason);
    expect(await readdir(folder)).toEqual(['source']);
  });
});
