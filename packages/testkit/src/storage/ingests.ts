import { access, stat, writeFile } from 'node:fs/promises';
import { describe, expect } from 'vitest';
import { declared } from '../suite/declared.ts';
import { expectBytes } from '../suite/expect-bytes.ts';
import { expectCode } from '../suite/expect-failure.ts';
import { listAll } from '../suite/list-all.ts';
import { bodyOf, collectBytes } from '../tools/bytes.ts';
import { seededBytes } from '../tools/seeded.ts';
import { tempFolder } from '../tools/temp-folder.ts';
import type { StorageGiven, StorageTest } from './storage-test.ts';

type Ingest = (key: string, path: string, options?: object) => Promise<unknown>;

export function describeIngests(test: StorageTest): void {
  describe('ingestFile', () => {
    test('takes the file over: the object is there, the path is gone', async (given) => {
      const { storage } = given;
      const ingest = ingestOf(given);
      for (const size of [0, 1, 65_536, 3_000_001]) {
        const path = await fileOf(given, `size-${size}`, seededBytes(size, size));
        const key = `ingested/${size}`;
        expect(await ingest(key, path, { size })).toEqual(await storage.stat(key));
        const content = await collectBytes(await storage.read(key));
        expectBytes(content, seededBytes(size, size), `${size} bytes`);
        await expect(access(path), 'the path is gone').rejects.toThrow();
      }
    });

    test('takes a file from another volume as well', async (given) => {
      const ingest = ingestOf(given);
      const memoryVolume = '/dev/shm';
      const isThere = await stat(memoryVolume).then(
        (found) => found.isDirectory(),
        () => false,
      );
      declared(given.context, isThere, 'a second volume on this machine');
      await using other = await tempFolder(memoryVolume);
      const path = other.join('file');
      await writeFile(path, seededBytes('volume', 100_000));
      await ingest('from/elsewhere', path, { size: 100_000 });
      const content = await collectBytes(await given.storage.read('from/elsewhere'));
      expectBytes(content, seededBytes('volume', 100_000));
      await expect(access(path)).rejects.toThrow();
    });

    test('replaces an object by default, and its receipt', async (given) => {
      const { storage } = given;
      const ingest = ingestOf(given);
      const old = await storage.write('replaced', bodyOf(seededBytes('old', 100)));
      await ingest('replaced', await fileOf(given, 'new', seededBytes('new', 100)));
      expectBytes(await collectBytes(await storage.read('replaced')), seededBytes('new', 100));
      expect((await storage.stat('replaced'))?.receipt).not.toBe(old.receipt);
    });

    test('refuses a file of another size than declared', async (given) => {
      const { storage } = given;
      const ingest = ingestOf(given);
      for (const size of [0, 99, 101]) {
        const path = await fileOf(given, `of-100-not-${size}`, seededBytes('file', 100));
        await expectCode(() => ingest('refused', path, { size }), 'storage-failed');
      }
      expect(await listAll(storage.list(''))).toEqual([]);
    });

    test('fails for a file that is not there, with the reason among the causes', async (given) => {
      const ingest = ingestOf(given);
      const absent = given.folder.join('absent');
      const error = await expectCode(() => ingest('absent', absent), 'storage-failed');
      expect(codesOf(error)).toContain('ENOENT');
      expect(await listAll(given.storage.list(''))).toEqual([]);
    });

    test('with onlyIfAbsent: one of several wins', async (given) => {
      const { storage, context } = given;
      const ingest = ingestOf(given);
      declared(context, storage.features.conditionalWrite, 'conditionalWrite');
      const paths = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          fileOf(given, `racer-${index}`, seededBytes(index, 50_000)),
        ),
      );
      const results = await Promise.allSettled(
        paths.map((path) => ingest('once', path, { onlyIfAbsent: true })),
      );
      const winners = results.flatMap(({ status }, index) =>
        status === 'fulfilled' ? [index] : [],
      );
      expect(winners).toHaveLength(1);
      const content = await collectBytes(await storage.read('once'));
      expectBytes(content, seededBytes(winners[0] ?? -1, 50_000));
    });
  });
}

/** The codes of an error and of all that caused it. */
function codesOf(error: unknown): readonly unknown[] {
  if (!(error instanceof Error)) return [];
  return ['code' in error ? error.code : undefined, ...codesOf(error.cause)];
}

function ingestOf({ storage, context }: StorageGiven): Ingest {
  return declared(context, storage.ingestFile, 'ingestFile').bind(storage);
}

async function fileOf(
  { folder }: StorageGiven,
  name: string,
  content: Uint8Array,
): Promise<string> {
  const path = folder.join(name);
  await writeFile(path, content);
  return path;
}
