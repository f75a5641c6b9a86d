import { createHash } from 'node:crypto';
import { mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOfBytes, gitOidOfBytes } from './hash-bytes.ts';
import { createHashPool, type HashPool } from './hash-pool.ts';

const content = createHash('sha512').update('seed').digest();
const bytes = Buffer.alloc(3 * 1024 * 1024 + 7, content);
let folder: string;
let pool: HashPool;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hash-pool-'));
  pool = createHashPool(2);
  await writeFile(join(folder, 'file'), bytes);
  await writeFile(join(folder, 'empty'), '');
});

afterAll(async () => {
  await pool.close();
  await rm(folder, { recursive: true });
});

async function openFiles(): Promise<number> {
  return (await readdir('/proc/self/fd').catch(() => [])).length;
}

describe('hash pool', () => {
  it('hashes files, also empty ones, many at once', async () => {
    const expected = { digest: digestOfBytes(bytes), gitOid: gitOidOfBytes(bytes) };
    const all = await Promise.all(
      Array.from({ length: 9 }, () =>
        pool.hashFile(join(folder, 'file'), { size: bytes.length, gitOid: true }),
      ),
    );
    for (const hashes of all) expect(hashes).toEqual(expected);
    expect(await pool.hashFile(join(folder, 'empty'), { size: 0 })).toEqual({
      digest: digestOfBytes(''),
    });
  });

  it('follows a file that grows, and reads no byte before it is there', async () => {
    const path = join(folder, 'growing');
    const handle = await open(path, 'w');
    const hash = pool.follow(path, { size: bytes.length });
    for (let at = 0; at < bytes.length; at += 300_000) {
      const part = bytes.subarray(at, at + 300_000);
      await handle.write(part, 0, part.length, at);
      hash.advance(at + part.length);
    }
    expect((await hash.result).digest).toBe(digestOfBytes(bytes));
    await handle.close();
  });

  it('tells that a file is shorter than it should be, or not there', async () => {
    await expect(
      pool.hashFile(join(folder, 'file'), { size: bytes.length + 1 }),
    ).rejects.toMatchObject({ code: 'storage-failed' });
    await expect(pool.hashFile(join(folder, 'none'), { size: 1 })).rejects.toMatchObject({
      code: 'storage-failed',
      cause: { code: 'ENOENT' },
    });
  });

  it('ends with the reason of an abort', async () => {
    const stop = new AbortController();
    const hash = pool.follow(join(folder, 'file'), { size: bytes.length, signal: stop.signal });
    const reason = new Error('enough');
    stop.abort(reason);
    await expect(hash.result).rejects.toBe(reason);
  });

  it('opens nothing for a job that was aborted before it began', async () => {
    const alone = createHashPool(1);
    const path = join(folder, 'file');
    const signal = AbortSignal.abort(new Error('enough'));
    const before = await openFiles();
    for (let job = 0; job < 20; job += 1)
      await expect(alone.hashFile(path, { size: bytes.length, signal })).rejects.toBe(
        signal.reason,
      );
    // The worker takes its messages in order: it has heard of all of them now.
    await alone.hashFile(path, { size: bytes.length });
    expect((await openFiles()) - before).toBeLessThan(10);
    await alone.close();
  });

  it('ends what is under way when it is closed', async () => {
    const closing = createHashPool(1);
    const hash = closing.follow(join(folder, 'file'), { size: bytes.length });
    await closing.close();
    await expect(hash.result).rejects.toMatchObject({ code: 'conflict' });
  });
});
