import { access, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelkeepError, type StorageWriteOptions } from '@modelkeep/core/spi';
import { type MemoryObject, type MemoryStorage, memoryStorage } from '../memory/memory-storage.ts';
import type { StorageSubject } from '../storage/storage-test.ts';
import { bodyOf, collectBytes } from '../tools/bytes.ts';
import { tempFolder } from '../tools/temp-folder.ts';
import type { BrokenFake } from './broken-fake.ts';

type Change = (storage: MemoryStorage, workspace: string) => Partial<MemoryStorage>;

function broken(
  name: string,
  fails: string,
  change: Change,
  more: (workspace: string) => Partial<StorageSubject> = () => ({}),
): BrokenFake<StorageSubject> {
  return {
    name,
    fails,
    async create() {
      const folder = await tempFolder();
      const objects = new Map<string, MemoryObject>();
      const make = (): MemoryStorage => {
        const storage = memoryStorage({ objects, workspace: folder.path, presign: true });
        return { ...storage, ...change(storage, folder.path) };
      };
      return {
        storage: make(),
        reopen: make,
        destroy: () => folder.remove(),
        ...more(folder.path),
      };
    },
  };
}

function withoutSize({ size: _, ...options }: StorageWriteOptions = {}): StorageWriteOptions {
  return options;
}

function described({ content: _, ...object }: MemoryObject): Omit<MemoryObject, 'content'> {
  return object;
}

export const BROKEN_STORAGES: readonly BrokenFake<StorageSubject>[] = [
  broken('reads one byte too many', 'read > gives exactly the range', (storage) => ({
    read: (key, options) =>
      storage.read(
        key,
        options?.end === undefined ? options : { ...options, end: options.end + 1 },
      ),
  })),
  broken(
    'gives an empty stream for a missing object',
    'read > fails at once for an object that is not there',
    (storage) => ({
      read: async (key, options) =>
        storage.objects.has(key) ? await storage.read(key, options) : ReadableStream.from([]),
    }),
  ),
  broken(
    'stores a body of any length',
    'write > refuses a body shorter than declared',
    (storage) => ({
      write: (key, body, options) => storage.write(key, body, withoutSize(options)),
    }),
  ),
  broken(
    'shows an object that is half there',
    'write > shows nothing of an object before it is complete',
    (storage) => ({
      async write(key, body, options) {
        if (!storage.objects.has(key)) await storage.write(key, bodyOf(new Uint8Array()));
        return await storage.write(key, body, options);
      },
    }),
  ),
  broken(
    'keeps what came before an abort',
    'abort > of a write rejects with the signal’s own reason and leaves nothing',
    (storage) => ({
      async write(key, body, options) {
        let came = 0;
        async function* counted(): AsyncGenerator<Uint8Array, void, undefined> {
          for await (const chunk of body) {
            came += chunk.length;
            yield chunk;
          }
        }
        try {
          return await storage.write(key, counted(), options);
        } catch (error) {
          if (came > 0) await storage.write(key, bodyOf(new Uint8Array(came)));
          throw error;
        }
      },
    }),
  ),
  broken(
    'wraps the reason of an abort',
    'abort > before a call rejects it with the signal’s own reason',
    (storage) => ({
      async stat(key, options) {
        if (options?.signal?.aborted !== true) return await storage.stat(key, options);
        throw new ModelkeepError('storage-failed', 'aborted', { cause: options.signal.reason });
      },
    }),
  ),
  broken(
    'lists by whole segments',
    'list > takes any string as the beginning of a key',
    (storage) => ({
      async *list(prefix, options) {
        for await (const object of storage.list(prefix, options)) {
          const rest = object.key.slice(prefix.length);
          if (prefix === '' || prefix.endsWith('/') || rest === '' || rest.startsWith('/')) {
            yield object;
          }
        }
      },
    }),
  ),
  broken(
    'lists one page only',
    'list > gives each of 2500 objects once, as stat does',
    (storage) => ({
      async *list(prefix, options) {
        let count = 0;
        for await (const object of storage.list(prefix, options)) {
          count += 1;
          if (count > 1000) return;
          yield object;
        }
      },
    }),
  ),
  broken(
    'looks for the key before the body and not after',
    'several writers > with onlyIfAbsent: one wins, the others get conflict',
    (storage) => ({
      async write(key, body, options) {
        if (options?.onlyIfAbsent !== true) return await storage.write(key, body, options);
        if (storage.objects.has(key)) throw new ModelkeepError('conflict', `${key} exists`);
        const { onlyIfAbsent: _, ...replacing } = options;
        return await storage.write(key, body, replacing);
      },
    }),
  ),
  broken(
    'writes all bodies of a key into one place',
    'several writers > of one key leave the whole body of one of them',
    (storage) => {
      const places = new Map<string, Uint8Array>();
      return {
        async write(key, body, options) {
          let offset = 0;
          for await (const chunk of body) {
            const place = places.get(key) ?? new Uint8Array();
            const grown = new Uint8Array(Math.max(place.length, offset + chunk.length));
            grown.set(place);
            grown.set(chunk, offset);
            places.set(key, grown);
            offset += chunk.length;
          }
          return await storage.write(key, bodyOf(places.get(key) ?? new Uint8Array()), options);
        },
      };
    },
  ),
  broken(
    'gives the size as the receipt',
    'receipt > changes with the bytes, also of the same size and at once',
    (storage) => ({
      async write(key, body, options) {
        const stored = await storage.write(key, body, options);
        const content = await collectBytes(await storage.read(key));
        const object = { ...stored, receipt: `${stored.size}`, content };
        storage.objects.set(key, object);
        return described(object);
      },
    }),
  ),
  broken(
    'copies the file instead of taking it over',
    'ingestFile > takes the file over: the object is there, the path is gone',
    (storage) => ({
      ingestFile: async (key, path, options) =>
        await storage.write(key, bodyOf(await readFile(path)), options),
    }),
  ),
  broken(
    'keeps to itself that the file is gone',
    'ingestFile > fails for a file that is not there, with the reason among the causes',
    (storage) => ({
      async ingestFile(key, path, options) {
        await access(path).catch(() => {
          throw new ModelkeepError('storage-failed', 'It cannot be taken over');
        });
        const stored = await storage.write(key, bodyOf(await readFile(path)), options);
        await rm(path);
        return stored;
      },
    }),
  ),
  broken(
    'takes any string for a key',
    'keys > that are not allowed are refused by every call',
    (storage) => ({
      stat: async (key, options) =>
        await storage.stat(key, options).catch((error: unknown) => {
          if (options?.signal?.aborted === true) throw error;
          return undefined;
        }),
    }),
  ),
  broken(
    'folds the case of keys',
    'keys > that look hostile are kept apart and given back as they are',
    (storage) => ({
      write: (key, body, options) => storage.write(key.toLowerCase(), body, options),
      read: (key, options) => storage.read(key.toLowerCase(), options),
      stat: (key, options) => storage.stat(key.toLowerCase(), options),
    }),
  ),
  broken(
    'deletes what is below a key',
    'delete > of an object that is not there is no error, and takes nothing below it',
    (storage) => ({
      async delete(key, options) {
        await storage.delete(key, options);
        for (const other of storage.objects.keys()) {
          if (other.startsWith(`${key}/`)) storage.objects.delete(other);
        }
      },
    }),
  ),
  broken(
    'forgets what it kept',
    'write > is durable: a later storage finds the object',
    () => ({}),
    () => ({ reopen: () => memoryStorage() }),
  ),
  broken(
    'leaves a temporary file of a body that failed',
    'write > leaves nothing of a body that fails',
    (storage, workspace) => ({
      async write(key, body, options) {
        try {
          return await storage.write(key, body, options);
        } catch (error) {
          await writeFile(join(workspace, 'temporary'), '');
          throw error;
        }
      },
    }),
    (workspace) => ({
      leftovers: () =>
        readFile(join(workspace, 'temporary')).then(
          () => ['temporary'],
          () => [],
        ),
    }),
  ),
  broken(
    'signs a URL for the first object that it finds',
    'presign > gives a URL at which anybody can read the object',
    (storage) => ({
      presign: async (_key, options) => {
        const [first = ''] = storage.objects.keys();
        return (await storage.presign?.(first, options)) ?? new URL('about:blank');
      },
    }),
  ),
];
