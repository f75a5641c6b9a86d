import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { CoreContext } from '../context.ts';
import type { ContentHashes } from '../hashing/content-hashes.ts';
import { alone, DELETING, type LeaseContext } from '../leases/alone.ts';
import { blobKey } from '../names/store-keys.ts';
import { ModelkeepError } from '../spi/errors.ts';
import type { BlobRecord } from '../spi/metadata-store.ts';
import type { Digest } from '../spi/model.ts';
import type { Storage, StorageReadOptions, StoredObject } from '../spi/storage.ts';
import type { StagedBlob } from '../staging/stage-body.ts';
import { createBatcher } from '../util/batcher.ts';

const NOTE_INTERVAL_MS = 20;

/** Proved content by digest, in any storage. */
export interface BlobStore {
  /**
   * Publishes a staged file as a blob; afterwards its path is gone. The caller has proved the content.
   * Fails with a retryable `conflict` if a garbage collection is removing the same digest at this moment.
   */
  publishFile(staged: StagedBlob): Promise<BlobRecord>;
  /** The same for content that proves itself as it is read: a wrong one must fail at its end. */
  publishBody(
    body: AsyncIterable<Uint8Array>,
    size: number,
    hashes: ContentHashes,
    signal: AbortSignal | undefined,
  ): Promise<BlobRecord>;
  /** The same for small content in memory. */
  publishBytes(bytes: Uint8Array, hashes: ContentHashes): Promise<BlobRecord>;
  read(digest: Digest, options?: StorageReadOptions): Promise<ReadableStream<Uint8Array>>;
  /** The object of a blob as the storage has it now. */
  stat(digest: Digest): Promise<StoredObject | undefined>;
  /** Path on this machine, if the storage has one. */
  localPath(digest: Digest): string | undefined;
}

export function createBlobStore(
  storage: Storage,
  ctx: LeaseContext & Pick<CoreContext, 'tier'>,
): BlobStore {
  const { metadata } = ctx;
  const note = createBatcher<BlobRecord, boolean>(
    async (records) => {
      const refused = new Set(await metadata.putBlobs(records));
      return records.map(({ digest }) => !refused.has(digest));
    },
    { intervalMs: NOTE_INTERVAL_MS },
  );

  /** A digest that is marked as being deleted: once no deletion is under way, the mark is one that a killed process left. */
  function revive(record: BlobRecord): Promise<BlobRecord | undefined> {
    return alone(ctx, DELETING, async (stillAlone) => {
      const object = await storage.stat(blobKey(record.digest));
      if (object === undefined) return undefined;
      stillAlone();
      await metadata.forgetBlobs([record.digest]);
      const kept: BlobRecord = { ...record, receipt: object.receipt };
      return (await metadata.putBlobs([kept])).length === 0 ? kept : undefined;
    });
  }

  /**
   * A deletion that was under way when the object was written may have taken it, and its own mark, before it was noted here.
   * In a bucket that would cost a request for each content; there the commit and `verify` are what finds it.
   */
  async function stillThere(record: BlobRecord): Promise<BlobRecord | undefined> {
    const { digest } = record;
    const isThere = async (): Promise<boolean> =>
      storage.localPath === undefined || (await storage.stat(blobKey(digest))) !== undefined;
    if (await isThere()) return record;
    return alone(ctx, DELETING, async (stillAlone) => {
      if (await isThere()) return record;
      stillAlone();
      const marked = await metadata.markDeleting([digest], {
        notedBefore: Number.MAX_SAFE_INTEGER,
      });
      await metadata.forgetBlobs(marked);
      return undefined;
    });
  }

  async function noteStored(object: StoredObject, hashes: ContentHashes): Promise<BlobRecord> {
    const record: BlobRecord = {
      ...hashes,
      size: object.size,
      receipt: object.receipt,
      verifiedAt: Date.now(),
    };
    const there = (await note(record)) ? await stillThere(record) : await revive(record);
    if (there !== undefined) return there;
    throw new ModelkeepError(
      'conflict',
      `the blob ${hashes.digest} is being removed by a garbage collection; try again`,
      { retryable: true },
    );
  }

  return {
    async publishFile({ path, size, digest, gitOid }) {
      const hashes = gitOid === undefined ? { digest } : { digest, gitOid };
      const store = async (): Promise<BlobRecord> =>
        noteStored(await storeFile(storage, blobKey(digest), path, size), hashes);
      return ctx.tier?.keepFile(digest, { path, size }, store) ?? store();
    },
    async publishBody(body, size, hashes, signal) {
      const options = { size, ...(signal === undefined ? {} : { signal }) };
      return noteStored(await storage.write(blobKey(hashes.digest), body, options), hashes);
    },
    async publishBytes(bytes, hashes) {
      const object = await storage.write(
        blobKey(hashes.digest),
        (async function* () {
          yield bytes;
        })(),
        { size: bytes.byteLength },
      );
      // Noted at once: until then a garbage collection takes it for what a crash left.
      const record = await noteStored(object, hashes);
      await ctx.tier?.keepBytes(hashes.digest, bytes);
      return record;
    },
    read: (digest, options) => storage.read(blobKey(digest), options),
    stat: (digest) => storage.stat(blobKey(digest)),
    localPath: (digest) => storage.localPath?.(blobKey(digest)),
  };
}

/** Hands a file over to the storage; afterwards its path is gone. */
async function storeFile(
  storage: Storage,
  key: string,
  path: string,
  size: number,
): Promise<StoredObject> {
  if (storage.ingestFile !== undefined) return storage.ingestFile(key, path, { size });
  const body = createReadStream(path, { highWaterMark: 1024 * 1024 });
  const object = await storage.write(key, body, { size });
  await rm(path, { force: true });
  return object;
}
