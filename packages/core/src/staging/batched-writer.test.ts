import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { BatchedWriter } from './batched-writer.ts';

const CHUNK_BYTES = 64 * 1024;

it('gives each chunk back once, after its bytes are in the file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'modelkeep-writer-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'file');
  await using handle = await open(path, 'w');
  let written = 0;
  const released: Uint8Array[] = [];
  const writer = new BatchedWriter(
    handle,
    0,
    (_start, end) => {
      written = end;
    },
    (chunk) => {
      released.push(chunk);
      chunk.fill(0);
    },
  );
  const chunks = Array.from({ length: 40 }, (_, index) =>
    new Uint8Array(CHUNK_BYTES).fill(index + 1),
  );
  for (const chunk of chunks) await writer.push(chunk);
  await writer.flush();
  expect(written).toBe(40 * CHUNK_BYTES);
  expect(released).toEqual(chunks);
  const content = await readFile(path);
  for (let index = 0; index < 40; index += 1) {
    const part = content.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);
    expect(part.every((byte) => byte === index + 1)).toBe(true);
  }
});

it('writes the first chunk at once, and does not hold back for long what comes slowly', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'modelkeep-writer-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'file');
  await using handle = await open(path, 'w');
  let written = 0;
  const writer = new BatchedWriter(handle, 0, (_start, end) => {
    written = end;
  });
  const clock = vi.spyOn(performance, 'now').mockReturnValue(1000);
  await writer.push(new Uint8Array(10));
  await expect.poll(() => written).toBe(10);
  expect(writer.push(new Uint8Array(10))).toBeUndefined();
  clock.mockReturnValue(1300);
  await writer.push(new Uint8Array(10));
  await expect.poll(() => written).toBe(30);
  expect(await readFile(path)).toHaveLength(30);
});
