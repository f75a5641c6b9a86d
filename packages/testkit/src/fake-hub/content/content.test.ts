import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { FileContent } from './file-content.ts';
import { openInput } from './file-input.ts';
import { hashContent } from './hash-content.ts';

async function read(
  content: FileContent,
  start = 0,
  end = content.size,
  chunkBytes = 1000,
): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of content.chunks(start, end, chunkBytes)) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}

it('gives the same made-up bytes for the same size and seed, in any pieces', async () => {
  const size = 9_000_001;
  const first = await openInput({ generated: { size, seed: 'a' } });
  const second = await openInput({ generated: { size, seed: 'a' } });
  const whole = await read(first, 0, size, 2_000_000);
  expect(whole).toHaveLength(size);
  expect((await read(second, 0, size, 4099)).equals(whole)).toBe(true);
  const part = await read(second, 4_194_200, 8_400_000, 65_536);
  expect(part.equals(whole.subarray(4_194_200, 8_400_000))).toBe(true);
});

it('gives other bytes for another seed, and at every offset of a power of two', async () => {
  const content = await openInput({ generated: { size: 64 * 2 ** 20, seed: 1 } });
  const other = await openInput({ generated: { size: 64 * 2 ** 20, seed: 2 } });
  expect((await read(content, 0, 64)).equals(await read(other, 0, 64))).toBe(false);
  const start = await read(content, 0, 64);
  for (let offset = 64; offset < content.size; offset *= 2) {
    expect((await read(content, offset, offset + 64)).equals(start)).toBe(false);
  }
});

it('reads a file on disk in pieces, each whole until the next but one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fake-hub-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const bytes = Buffer.from(Array.from({ length: 10_000 }, (_, n) => n % 251));
  const localFile = join(folder, 'file');
  await writeFile(localFile, bytes);
  const content = await openInput({ localFile });
  expect((await read(content, 17, 9_999, 100)).equals(bytes.subarray(17, 9_999))).toBe(true);
  let before: Buffer | undefined;
  let at = 0;
  for await (const chunk of content.chunks(0, content.size, 64)) {
    if (before !== undefined) expect(before.equals(bytes.subarray(at - 64, at))).toBe(true);
    if (before !== undefined) at += 64;
    else at = 64;
    before = chunk;
  }
});

it('hashes by streaming what it would hash at once', async () => {
  const content = await openInput('hello\n');
  expect(await hashContent(content, 'sha1', 'blob 6\0')).toBe(
    'ce013625030ba8dba906f756967f9e9ca394464a',
  );
  const large = await openInput({ generated: { size: 40 * 2 ** 20, seed: 3 } });
  const bytes = await read(large, 0, large.size, 2 ** 20);
  const expected = createHash('sha256').update(bytes).digest('hex');
  expect(await hashContent(large, 'sha256')).toBe(expected);
});
