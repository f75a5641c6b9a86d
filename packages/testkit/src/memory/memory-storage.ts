import { createReadStream } from 'node:fs';
import { unlink } from 'node:fs/promises';
import {
  abortable,
  checkStorageKey,
  ModelkeepError,
  type Storage,
  type StorageReadOptions,
  type StorageWriteOptions,
  type StoredObject,
} from '@modelkeep/core/spi';
import { joinBytes } from '../tools/bytes.ts';

import { startPresignServer } from './presign-server.ts';

/** An object of {@link memoryStorage}. */
export interface MemoryObject extends StoredObject {
  readonly content: Uint8Array;
}

export interface MemoryStorageOptions {
  /** The objects, shared by every storage that is made with them: as two processes share a disk. Default: a new map. */
  readonly objects?: Map<string, MemoryObject>;
  /** A local folder: gives the storage a `workspace` and `ingestFile`. Default: neither. */
  readonly workspace?: string;
  /** Whether `onlyIfAbsent` is honoured. Default: true. */
  readonly conditionalWrite?: boolean;
  /** Bytes that fit: gives the storage `capacity`; beyond it a write fails with `no-space`. Default: no limit. */
  readonly totalBytes?: number;
  /** Gives the storage `presign`, answered by a server on loopback. Default: false. */
  readonly presign?: boolean;
  /** Bytes of a chunk that `read` gives. Default: 64 KiB. */
  readonly chunkSize?: number;
}

/** A storage in memory. `objects` is there to look at and to damage. */
export interface MemoryStorage extends Storage {
  readonly objects: Map<string, MemoryObject>;
}

let receipts = 0;

/** Makes a storage that keeps its objects in memory. Calls before `open` or after `close` fail, so that a caller that forgets is seen. */
export function memoryStorage(options: MemoryStorageOptions = {}): MemoryStorage {
  const objects = options.objects ?? new Map<string, MemoryObject>();
  const conditionalWrite = options.conditionalWrite ?? true;
  const { workspace, totalBytes } = options;
  let state: 'new' | 'open' | 'closed' = 'new';
  let presignServer: ReturnType<typeof startPresignServer> | undefined;

  function begin(call: { readonly signal?: AbortSignal } | undefined, key?: string): void {
    call?.signal?.throwIfAborted();
    if (state !== 'open') {
      throw new ModelkeepError('storage-failed', `The memory storage is ${state}, not open`);
    }
    if (key !== undefined) checkStorageKey(key);
  }

  function usedBytes(): number {
    return [...objects.values()].reduce((sum, object) => sum + object.size, 0);
  }

  function put(key: string, content: Uint8Array, call: StorageWriteOptions): StoredObject {
    call.signal?.throwIfAborted();
    checkAbsent(key, call);
    if (call.size !== undefined && call.size !== content.length) {
      const message = `Wrote ${content.length} bytes of ${key} where ${call.size} were expected`;
      throw new ModelkeepError('storage-failed', message);
    }
    const free = (totalBytes ?? Number.POSITIVE_INFINITY) - usedBytes();
    if (content.length - (objects.get(key)?.size ?? 0) > free) {
      const message = `No room for ${key}: ${content.length} bytes needed, ${free} free`;
      throw new ModelkeepError('no-space', message);
    }
    receipts += 1;
    const receipt = `memory-${receipts}`;
    const object = { key, size: content.length, modifiedAt: Date.now(), receipt, content };
    objects.set(key, object);
    return described(object);
  }

  function checkAbsent(key: string, call: StorageWriteOptions): void {
    if (conditionalWrite && call.onlyIfAbsent === true && objects.has(key)) {
      throw new ModelkeepError('conflict', `${key} exists`);
    }
  }

  async function store(
    key: string,
    body: AsyncIterable<Uint8Array>,
    call: StorageWriteOptions,
  ): Promise<StoredObject> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of abortable(body, call.signal)) {
      chunks.push(Uint8Array.from(chunk));
      size += chunk.length;
      if (size > (call.size ?? Number.POSITIVE_INFINITY)) break;
    }
    return put(key, joinBytes(chunks), call);
  }

  return {
    specificationVersion: 'v1',
    name: 'memory',
    features: { conditionalWrite },
    objects,
    async open(call) {
      call?.signal?.throwIfAborted();
      if (state !== 'new') {
        throw new ModelkeepError('storage-failed', `The memory storage is ${state} already`);
      }
      state = 'open';
      if (options.presign === true) presignServer = startPresignServer(objects);
      await presignServer;
    },
    async stat(key, call) {
      begin(call, key);
      const object = objects.get(key);
      return object === undefined ? undefined : described(object);
    },
    async read(key, call = {}) {
      begin(call, key);
      const object = objects.get(key);
      if (object === undefined) throw new ModelkeepError('object-not-found', `No object ${key}`);
      return rangeStream(object.content, call, options.chunkSize ?? 64 * 1024);
    },
    async write(key, body, call = {}) {
      begin(call, key);
      checkAbsent(key, call);
      return await store(key, body, call);
    },
    async delete(key, call) {
      begin(call, key);
      objects.delete(key);
    },
    async *list(prefix, call) {
      begin(call);
      for (const object of objects.values()) {
        call?.signal?.throwIfAborted();
        if (object.key.startsWith(prefix)) yield described(object);
      }
    },
    async close() {
      state = 'closed';
      await (await presignServer)?.close();
    },
    ...(workspace === undefined
      ? {}
      : ({
          workspace,
          async ingestFile(key, path, call = {}): Promise<StoredObject> {
            begin(call, key);
            checkAbsent(key, call);
            const stored = await store(key, createReadStream(path), call).catch(asStorageError);
            await unlink(path);
            return stored;
          },
        } satisfies Pick<Storage, 'workspace' | 'ingestFile'>)),
    ...(totalBytes === undefined
      ? {}
      : ({
          async capacity(call) {
            begin(call);
            return { totalBytes, freeBytes: Math.max(0, totalBytes - usedBytes()) };
          },
        } satisfies Pick<Storage, 'capacity'>)),
    ...(options.presign === true
      ? ({
          async presign(key, call) {
            begin(call, key);
            const server = await presignServer;
            if (server === undefined || !objects.has(key)) {
              throw new ModelkeepError('object-not-found', `No object ${key}`);
            }
            return server.urlOf(key, call);
          },
        } satisfies Pick<Storage, 'presign'>)
      : {}),
  };
}

function described({ key, size, modifiedAt, receipt }: MemoryObject): StoredObject {
  return { key, size, modifiedAt, receipt };
}

function asStorageError(cause: unknown): never {
  const known = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
  if (!known) throw cause;
  throw new ModelkeepError('storage-failed', 'The file to take over is not there', { cause });
}

function rangeStream(
  content: Uint8Array,
  { start = 0, end = content.length, signal }: StorageReadOptions,
  chunkSize: number,
): ReadableStream<Uint8Array> {
  const last = Math.min(end, content.length);
  let position = start;
  return new ReadableStream(
    {
      pull(controller) {
        if (signal?.aborted === true) {
          controller.error(signal.reason);
        } else if (position >= last) {
          controller.close();
        } else {
          const next = Math.min(position + chunkSize, last);
          controller.enqueue(content.slice(position, next));
          position = next;
        }
      },
    },
    { highWaterMark: 0 },
  );
}
