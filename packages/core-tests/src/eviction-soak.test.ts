import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isModelkeepError } from '@modelkeep/core/spi';
import { memoryModel, seededBytes, sha256Of } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { diskCache } from './disk-cache.ts';

const CYCLES = 100;
/** So often each of them has done its work, however slow the machine is. */
const LEAST = 20;
const WRITERS = 2;
const READERS = 3;
const SHARED = [seededBytes(1, 300_000), seededBytes(2, 300_000)];

/** Two models have each of the shared contents, and all have one of their own. */
const MODELS = Array.from({ length: 6 }, (_, index) =>
  memoryModel(`org/m${index}`, {
    'shared.bin': SHARED[index % 2] ?? new Uint8Array(),
    'own.bin': seededBytes(10 + index, 100_000),
    'config.json': `{"index":${index}}`,
  }),
);
const DIGESTS = new Map(
  Array.from({ length: 6 }, (_, index) => [
    `org/m${index}`,
    { shared: sha256Of(SHARED[index % 2] ?? ''), own: sha256Of(seededBytes(10 + index, 100_000)) },
  ]),
);

async function sha256(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}

it('loses and leaks nothing in a hundred evictions and collections under writers and readers', async () => {
  await using test = await diskCache({ models: MODELS });
  const { cache, metadata } = test;
  let isOver = false;
  let turn = 0;
  const counts = { pulled: 0, read: 0, evicted: 0 };
  const fewest = (): number => Math.min(counts.pulled, counts.read, counts.evicted);
  const next = (): string => {
    turn += 1;
    return `org/m${(turn * 7 + (turn >> 3)) % MODELS.length}`;
  };
  const write = async (): Promise<void> => {
    while (!isOver) {
      await cache.pullModel(next()).catch((error: unknown) => {
        // It may go again before whoever pulled it has looked at it.
        if (!isModelkeepError(error, 'conflict')) throw error;
      });
      counts.pulled += 1;
    }
  };
  const read = async (): Promise<void> => {
    while (!isOver) {
      const modelId = next();
      const { shared, own } = DIGESTS.get(modelId) ?? {};
      for (const [path, digest] of [
        ['shared.bin', shared],
        ['own.bin', own],
      ] as const) {
        const file = await cache.hub.file(modelId, 'main', path);
        expect(await sha256(file.open()), `${modelId}/${path}`).toBe(digest);
        counts.read += 1;
      }
    }
  };
  const clean = async (): Promise<void> => {
    for (let cycle = 0; cycle < CYCLES || fewest() <= LEAST; cycle += 1) {
      const toBytes = (cycle % 4) * 250_000;
      const { choices } = await cache.evictModels({ toBytes, unusedForMs: 0 });
      counts.evicted += choices.filter(({ evicted }) => evicted).length;
      await cache.collectGarbage();
    }
    isOver = true;
  };
  const work = [clean(), ...Array.from({ length: WRITERS }, write)];
  await Promise.all([...work, ...Array.from({ length: READERS }, read)]).finally(() => {
    isOver = true;
  });
  expect(fewest(), JSON.stringify(counts)).toBeGreaterThan(LEAST);

  for (const { modelId } of MODELS) await cache.pullModel(modelId);
  await expect.poll(() => metadata.listLeases('ingest/'), { timeout: 20_000 }).toEqual([]);
  await cache.collectGarbage();
  expect(await cache.verifyModels()).toMatchObject({ models: MODELS.length, problems: [] });
  const bytes = 2 * 300_000 + MODELS.length * (100_000 + '{"index":0}'.length);
  expect(await cache.usage()).toMatchObject({
    blobBytes: bytes,
    unreferencedBytes: 0,
    partialBytes: 0,
  });
  await expect.poll(() => metadata.listLeases('holding/'), { timeout: 20_000 }).toEqual([]);
  await cache.evictModels({ toBytes: 0, unusedForMs: 0 });
  expect(await metadata.blobTotals()).toMatchObject({ count: 0 });
  expect(await Array.fromAsync(test.storage.list('blobs/'))).toEqual([]);
  expect(await readdir(join(test.folder, 'hub')).catch(() => [])).toEqual([]);
}, 600_000);
