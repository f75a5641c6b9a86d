import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { CoreContext } from '../context.ts';
import type { ContentHashes } from '../hashing/content-hashes.ts';
import { alone, DELETING, type LeaseContext } from '../leases/alone.ts';
import { newestToken } from '../leases/newest-token.ts';
import { blobKey } from '../names/store-keys.ts';
import { ModelkeepError } from '../spi/errors.ts';
import type { BlobRecord } from '../spi/metadata-store.ts';
import type { Digest } from '../spi/model.ts';
import type { Storage, StorageReadOptions, StoredObject } from '../spi/storage.ts';
import type { StagedBlob } from '../staging/stage-body.ts';
import { createBatcher } from '../util/batcher.ts';

const NOTE_INTERVAL_MS = 20;

/** What is in the storage, with the newest token known before it was. */
interface Stored {
  readonly record: BlobRecord;
  readonly since: number;
}

/** Proved content by digest, in any storage. */
export interface BlobStore {
  /**
   * Publishes a staged file as a blob; afterwards its path is gone. The caller has proved the content.
   * Fails with a retryable `conflict` if a garbage collection took the same digest at this moment.
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
  /** Keeps a proved copy of what somebody else stores on this machine's disk, if there is room for it; its path stays as well. Never fails. */
  keepCopy(staged: StagedBlob): Promise<void>;
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
  const note = createBatcher<Stored, boolean>(
    async (stored) => {
      const records = stored.map(({ record }) => record);
      const since = Math.min(...stored.map((one) => one.since));
      const refused = new Set(await metadata.putBlobs(records, { since }));
      return records.map(({ digest }) => !refused.has(digest));
    },
    { intervalMs: NOTE_INTERVAL_MS },
  );

  /** A digest that is being deleted, or was while it was stored: once no deletion is under way, what is there stays. */
  function revive(record: BlobRecord): Promise<BlobRecord | undefined> {
    return alone(ctx, DELETING, async (stillAlone) => {
      const object = await storage.stat(blobKey(record.digest));
      if (object === undefined) return undefined;
      stillAlone();
      // A killed process may have left its mark.
      await metadata.forgetBlobs([record.digest]);
      const kept: BlobRecord = { ...record, receipt: object.receipt };
      const refused = await metadata.putBlobs([kept], { since: Number.MAX_SAFE_INTEGER });
      return refused.length === 0 ? kept : undefined;
    });
  }

  async function noteStored(
    since: number,
    object: StoredObject,
    hashes: ContentHashes,
  ): Promise<BlobRecord> {
    const record: BlobRecord = {
      ...hashes,
      size: object.size,
      receipt: object.receipt,
      verifiedAt: Date.now(),
    };
    const there = (await note({ record, since })) ? record : await revive(record);
    if (there !== undefined) return there;
    throw new ModelkeepError(
      'conflict',
      `the blob ${hashes.digest} was removed by a garbage collection at this moment; try again`,
      { retryable: true },
    );
  }

  return {
    async publishFile({ path, size, digest, gitOid }) {
      const hashes = gitOid === undefined ? { digest } : { digest, gitOid };
      const since = newestToken(metadata);
      const store = async (): Promise<BlobRecord> =>
        noteStored(since, await storeFile(storage, blobKey(digest), path, size), hashes);
      return ctx.tier?.keepFile(digest, { path, size }, store) ?? store();
    },
    async publishBody(body, size, hashes, signal) {
      const options = { size, ...(signal === undefined ? {} : { signal }) };
      const since = newestToken(metadata);
      return noteStored(since, await storage.write(blobKey(hashes.digest), body, options), hashes);
    },
    async publishBytes(bytes, hashes) {
      const since = newestToken(metadata);
      const object = await storage.write(
        blobKey(hashes.digest),
        (async function* () {
          yield bytes;
        })(),
        { size: bytes.byteLength },
      );
      // Noted at once: until then a garbage collection takes it for what a crash left.
      const record = await noteStored(since, object, hashes);
      await ctx.tier?.keepBytes(hashes.digest, bytes);
      return record;
    },
    async keepCopy({ path, size, digest }) {
      await ctx.tier?.keepFile(digest, { path, size }, async () => {}).catch(() => {});
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
