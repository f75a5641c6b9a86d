import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { BlobStore } from '../blobs/blob-store.ts';
import { createHashPool } from '../hashing/hash-pool.ts';
import { ConnectionSlots } from './connection-slots.ts';
import type { ByteSource } from './fetch-target.ts';
import { FlightCopy } from './flight-copy.ts';
import { SourceLanes } from './lane-governor.ts';
import { SourcePauses } from './source-pauses.ts';

const content = Buffer.alloc(3_000_000, 'model');

it.each([
  ['keeps what it has got, and proved, when nobody reads it any more', false, 1],
  ['does not where the cache is being closed: that may take long', true, 0],
])('%s', async (_, isClosing, kept) => {
  const folder = await mkdtemp(join(tmpdir(), 'modelkeep-'));
  const hashing = createHashPool();
  const closing = new AbortController();
  let copies = 0;
  const blobs: Pick<BlobStore, 'keepCopy'> = {
    async keepCopy() {
      copies += 1;
    },
  };
  const slots = new ConnectionSlots(8);
  try {
    const copy = await FlightCopy.begin({
      env: {
        peers: undefined,
        closing: closing.signal,
        hashing,
        blobs: blobs as BlobStore,
        folder,
        slots,
        lanes: new SourceLanes(slots.largeLimit),
        pauses: new SourcePauses(),
        maxAttempts: 1,
        retryDelayMs: 1,
      },
      peers: {
        holderOf: async () => 'http://other',
        endIfGone: () => {},
        open: async (_address, _id, { start, end }) => ({
          size: content.length,
          body: (async function* () {
            yield content.subarray(start, end);
          })(),
        }),
      },
      target: {
        modelId: 'org/name',
        commit: 'main',
        file: {
          path: 'w.bin',
          lfs: true,
          size: content.length,
          digest: createHash('sha256').update(content).digest('hex'),
        },
        source: {} as ByteSource,
      },
      from: 0,
      signal: new AbortController().signal,
      onProgress: () => {},
    });
    await copy.ended;
    if (isClosing) closing.abort();
    await copy.drop(new Error('it ends'));
    expect(copies).toBe(kept);
  } finally {
    await hashing.close();
    await rm(folder, { recursive: true });
  }
});
