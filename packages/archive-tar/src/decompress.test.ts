import { gzipSync, zstdCompressSync } from 'node:zlib';
import { bodyOf, collectBytes, seededBytes } from '@modelkeep/testkit/memory';
import { describe, expect, it } from 'vitest';
import type { Compression } from './codecs.ts';
import { compress } from './compress.ts';
import { decompress } from './decompress.ts';

const PARTS = [0, 1, 2, 3].map((seed) => seededBytes(seed, 70_000));
const WHOLE = Buffer.concat(PARTS);
const SKIPPABLE = Buffer.from('502a4d180400000061626364', 'hex');

const MULTIPLE: Record<Compression, Buffer> = {
  gzip: Buffer.concat(PARTS.map((part) => gzipSync(part))),
  zstd: Buffer.concat([SKIPPABLE, ...PARTS.map((part) => zstdCompressSync(part)), SKIPPABLE]),
};

describe.each(['gzip', 'zstd'] as const)('%s', (compression) => {
  it.each([1 << 20, 70_021, 65_536, 999, 7])(
    'of several members is read in chunks of %d',
    async (size) => {
      const chunks = bodyOf(MULTIPLE[compression], size);
      const found = await collectBytes(decompress(chunks, compression));
      expect(Buffer.compare(found, WHOLE)).toBe(0);
    },
  );

  it('goes round, and is the same each time', async () => {
    const packed = await collectBytes(compress(bodyOf(WHOLE, 1000), compression));
    const again = await collectBytes(compress(bodyOf(WHOLE, 99_999), compression));
    expect(Buffer.compare(packed, again)).toBe(0);
    expect(Buffer.compare(await collectBytes(decompress(bodyOf(packed), compression)), WHOLE)).toBe(
      0,
    );
  });

  it('passes the failure of what it reads on, unchanged', async () => {
    const failure = { not: 'an Error' };
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield MULTIPLE[compression].subarray(0, 1000);
      AbortSignal.abort(failure).throwIfAborted();
    }
    await expect(collectBytes(decompress(failing(), compression))).rejects.toBe(failure);
    await expect(collectBytes(compress(failing(), compression))).rejects.toBe(failure);
  });

  it('frees what it reads when nobody reads on', async () => {
    let ended = 0;
    async function* watched(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
      try {
        yield* bodyOf(bytes, 5000);
      } finally {
        ended += 1;
      }
    }
    for await (const _ of decompress(watched(MULTIPLE[compression]), compression)) break;
    for await (const _ of compress(watched(seededBytes(1, 3_000_000)), compression)) break;
    await expect.poll(() => ended).toBe(2);
  });
});
