import { appendFileSync, truncateSync, utimesSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { digestOfBytes, gitOidOfBytes } from '../hashing/hash-bytes.ts';
import { createHashPool } from '../hashing/hash-pool.ts';
import { isModelkeepError } from '../spi/errors.ts';
import { stageExistingFile } from './stage-existing-file.ts';

const hashing = createHashPool(1);
// More than a worker reads in one turn, so that there is progress in between.
const content = Buffer.alloc(20 * 1024 * 1024, 7);
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelkeep-test-'));
  await writeFile(join(folder, 'given'), content, { mode: 0o640 });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});
afterAll(() => hashing.close());

const stage = (onProgress?: () => void): ReturnType<typeof stageExistingFile> =>
  stageExistingFile(hashing, join(folder, 'given'), join(folder, 'staged'), {
    gitOid: true,
    onProgress,
  });

async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('stageExistingFile', () => {
  it('gives the file a second name, and hashes it', async () => {
    expect(await stage()).toEqual({
      path: join(folder, 'staged'),
      size: content.length,
      linked: true,
      digest: digestOfBytes(content),
      gitOid: gitOidOfBytes(content),
    });
    const given = await stat(join(folder, 'given'));
    expect((await stat(join(folder, 'staged'))).ino).toBe(given.ino);
    expect(given.mode & 0o777).toBe(0o640);
  });

  it("copies somebody else's file, whose mode could not be set", async () => {
    vi.spyOn(process, 'geteuid').mockReturnValue(4_000_000);
    expect(await stage()).toMatchObject({ linked: false, digest: digestOfBytes(content) });
    const given = await stat(join(folder, 'given'));
    expect((await stat(join(folder, 'staged'))).ino).not.toBe(given.ino);
  });

  it.each([
    ['grows', () => appendFileSync(join(folder, 'given'), 'x')],
    ['shrinks', () => truncateSync(join(folder, 'given'), 1000)],
    ['is written to', () => utimesSync(join(folder, 'given'), 1, 1)],
  ])('refuses a file that %s while it is read', async (_how, change) => {
    // At once, so that it comes before the last look at the file however the threads are scheduled.
    const error = await failure(stage(change));
    expect(isModelkeepError(error)).toBe(true);
    expect(await readdir(folder)).toEqual(['given']);
  });

  it('refuses a link and a folder', async () => {
    await rm(join(folder, 'given'));
    await symlink('/etc/hostname', join(folder, 'given'));
    expect(isModelkeepError(await failure(stage()), 'integrity-mismatch')).toBe(true);
    expect(await readdir(folder)).toEqual(['given']);
  });

  it('leaves nothing after an abort', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    const work = stageExistingFile(hashing, join(folder, 'given'), join(folder, 'staged'), {
      gitOid: false,
      signal: stop.signal,
      onProgress: () => stop.abort(reason),
    });
    expect(await failure(work)).toBe(reason);
    expect(await readdir(folder)).toEqual(['given']);
  });
});
