import { constants } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import {
  checkStorageKey,
  isModelkeepError,
  ModelkeepError,
  type Storage,
  type StorageWriteOptions,
  type StoredObject,
} from '@modelkeep/core/spi';
import { type Bucket, place } from './bucket.ts';
import { alreadyThere, isMissing, storageError, wrongSize } from './errors.ts';
import { listObjects } from './list-objects.ts';
import { openBucket } from './open-bucket.ts';
import { type S3StorageOptions, settingsOf } from './options.ts';
import { type Part, partsOfBody, partsOfFile } from './parts.ts';
import { presigner } from './presign.ts';
import { honoursConditions } from './probe.ts';
import { readObject } from './reading/read-object.ts';
import { findObject } from './stored-object.ts';
import { sweepUploads } from './sweep-uploads.ts';
import { writeObject } from './write-object.ts';

const MOST_KEY_BYTES = 1024;
/** So little is not worth asking whether it is there already. */
const SMALL = 1024 * 1024;

/**
 * A storage in a bucket of AWS S3 or of any store that speaks the same protocol.
 *
 * @throws ModelkeepError `invalid-argument` for options that cannot be.
 */
export function s3Storage(options: S3StorageOptions): Storage {
  const settings = settingsOf(options);
  const stopping = new AbortController();
  const features = { conditionalWrite: false };
  let opened: Bucket | undefined;
  let sweep: Promise<void> | undefined;

  function check(key: string): void {
    checkStorageKey(key);
    if (settings.prefix.length + key.length <= MOST_KEY_BYTES) return;
    const message = `${JSON.stringify(key)} is no storage key: with the prefix ${settings.prefix} it is longer than ${MOST_KEY_BYTES} bytes`;
    throw new ModelkeepError('invalid-key', message);
  }

  function bucket(): Bucket {
    if (opened !== undefined) return opened;
    throw new ModelkeepError('storage-failed', `The bucket ${settings.bucket} is not open`);
  }

  /** Does `work` with its errors as ours, and an abort as its reason. */
  async function call<T>(
    doing: string,
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted();
    const either =
      signal === undefined ? stopping.signal : AbortSignal.any([signal, stopping.signal]);
    try {
      return await work(either);
    } catch (error) {
      signal?.throwIfAborted();
      throw storageError(error, doing, settings.bucket);
    }
  }

  async function store(
    key: string,
    parts: (signal: AbortSignal) => AsyncGenerator<Part, void, undefined>,
    call: StorageWriteOptions,
    signal: AbortSignal,
  ): Promise<StoredObject> {
    const onlyIfAbsent = call.onlyIfAbsent === true && features.conditionalWrite;
    const isLarge = (call.size ?? Number.POSITIVE_INFINITY) > SMALL;
    if (onlyIfAbsent && isLarge && (await findObject(bucket(), key, signal)) !== undefined) {
      throw alreadyThere(key);
    }
    return await writeObject(bucket(), key, parts(signal), { onlyIfAbsent, signal });
  }

  return {
    specificationVersion: 'v1',
    name: 'S3',
    features,
    ...(settings.publicEndpoint === false
      ? {}
      : { presign: presigner(settings, (key) => check(key)) }),

    async open(options) {
      await call(`Cannot open the bucket ${settings.bucket}`, options?.signal, async (signal) => {
        const found = await openBucket(settings);
        const { client, sdk } = found;
        const looked = client.send(
          new sdk.ListObjectsV2Command({
            Bucket: settings.bucket,
            Prefix: settings.prefix,
            MaxKeys: 1,
          }),
          { abortSignal: signal },
        );
        const [, honours] = await Promise.all([looked, honoursConditions(found, signal)]).catch(
          (error: unknown) => {
            client.destroy();
            throw error;
          },
        );
        features.conditionalWrite = honours;
        opened = found;
        const before = Date.now() - settings.abandonedUploadMs;
        sweep = sweepUploads(found, before, stopping.signal).catch(() => {});
      });
    },
    async close() {
      stopping.abort();
      await sweep;
      opened?.client.destroy();
    },
    stat: (key, options) =>
      call(`Cannot look at ${key}`, options?.signal, async (signal) => {
        check(key);
        return (await findObject(bucket(), key, signal))?.object;
      }),
    read: (key, options = {}) =>
      call(`Cannot read ${key}`, options.signal, async () => {
        check(key);
        return await readObject(bucket(), key, options);
      }),
    write: (key, body, options = {}) =>
      call(`Cannot write ${key}`, options.signal, async (signal) => {
        check(key);
        const { memory } = bucket();
        const parts = (): AsyncGenerator<Part, void, undefined> =>
          partsOfBody(body, options.size, key, memory, signal);
        return await store(key, parts, options, signal);
      }),
    ingestFile: (key, path, options = {}) =>
      call(`Cannot store ${path} as ${key}`, options.signal, async (signal) => {
        check(key);
        const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
        const handle = await open(path, flags);
        let stored: StoredObject;
        try {
          const found = await handle.stat();
          if (!found.isFile()) throw new ModelkeepError('storage-failed', `${path} is no file`);
          const { size } = found;
          if (size !== (options.size ?? size)) throw wrongSize(key, `${size}`, options.size);
          const parts = (): AsyncGenerator<Part, void, undefined> =>
            partsOfFile(handle, size, key, bucket().memory, signal);
          stored = await store(key, parts, { ...options, size }, signal);
        } finally {
          await handle.close();
        }
        // One who takes a download over takes its file.
        await rm(path, { force: true });
        return stored;
      }),
    delete: (key, options) =>
      call(`Cannot remove ${key}`, options?.signal, async (signal) => {
        check(key);
        const { client, sdk } = bucket();
        const target = place(bucket(), key);
        await client
          .send(new sdk.DeleteObjectCommand(target), { abortSignal: signal })
          .catch((error: unknown) => {
            if (!isMissing(error)) throw error;
          });
      }),
    async *list(prefix, options) {
      options?.signal?.throwIfAborted();
      try {
        for await (const object of listObjects(bucket(), prefix, options?.signal)) {
          options?.signal?.throwIfAborted();
          yield object;
        }
      } catch (error) {
        options?.signal?.throwIfAborted();
        throw isModelkeepError(error)
          ? error
          : storageError(error, `Cannot list ${prefix || 'the bucket'}`, settings.bucket);
      }
    },
  };
}
