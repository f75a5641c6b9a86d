import { describe, expect } from 'vitest';
import { expectBytes } from '../suite/expect-bytes.ts';
import { expectCode } from '../suite/expect-failure.ts';
import { bodyOf, collectBytes } from '../tools/bytes.ts';
import { seededBytes } from '../tools/seeded.ts';
import {
  type ArchiveGiven,
  type ArchiveTest,
  NO_LIMITS,
  packedFiles,
  type ReadEntry,
} from './archive-test.ts';
import {
  filesOf,
  filesOfSizes,
  HOSTILE_PATHS,
  LONG_PATHS,
  type PackedFile,
  SIZES,
  SMALL,
} from './fixtures.ts';

export function describeRoundTrips(test: ArchiveTest): void {
  describe('round trip', () => {
    test('keeps hostile names byte for byte', async (given) => {
      await expectRoundTrip(given, filesOf(HOSTILE_PATHS));
    });

    test('keeps long names byte for byte', async (given) => {
      await expectRoundTrip(given, filesOf(LONG_PATHS));
    });

    test('keeps contents of every size', async (given) => {
      await expectRoundTrip(given, filesOfSizes(SIZES));
    });

    test('of no member at all gives none', async (given) => {
      await expectRoundTrip(given, []);
    });

    test('of thousands of members keeps their order', async (given) => {
      const files = Array.from({ length: 3_000 }, (_, index) => ({
        path: `folder-${(index * 7) % 13}/file-${(index * 1_001) % 3_000}`,
        content: Buffer.from(`${index}`),
      }));
      await expectRoundTrip(given, files);
    });

    test('takes an archive in chunks of any length', async (given) => {
      const archive = await given.pack(SMALL);
      for (const chunkSize of [1, 7, 511, 513, archive.length]) {
        expectFiles(await given.unpack(archive, {}, chunkSize), SMALL);
      }
    });

    test('writes every folder above a member before it, once', async (given) => {
      const files = filesOf(['a/b/c/file', 'a/b/other', 'a/file', 'z/file', 'a/b/c/second', 'top']);
      const entries = await given.unpack(await given.pack(files));
      const seen: string[] = [];
      for (const { path, kind, size } of entries) {
        const above = path.split('/').slice(0, -1);
        if (above.length > 0) expect(seen, `above ${path}`).toContain(above.join('/'));
        if (kind === 'directory') {
          expect(seen, 'folders so far').not.toContain(path);
          expect(size).toBe(0);
          seen.push(path);
        }
      }
      expect(seen.sort()).toEqual(['a', 'a/b', 'a/b/c', 'z']);
    });

    test('skips contents that are not read, or only in part', async (given) => {
      const files = filesOfSizes([100_000, 3, 600_000, 0, 70_000, 513]);
      const archive = await given.pack(files);
      const found: PackedFile[] = [];
      let index = 0;
      const input = await given.input(archive, 10_000);
      for await (const entry of given.format.read(input, given.name, NO_LIMITS)) {
        if (entry.kind !== 'file') continue;
        index += 1;
        if (index % 3 === 0) {
          found.push({ path: entry.path, content: await collectBytes(entry.body) });
        } else if (index % 3 === 1) {
          for await (const chunk of entry.body) {
            expect(chunk.length).toBeGreaterThan(0);
            break;
          }
        }
      }
      expect(index).toBe(files.length);
      expectSame(found, [files[2], files[5]] as PackedFile[]);
    });

    test('of two archives at once keeps them apart', async (given) => {
      const [left, right] = [filesOfSizes([100_000, 5]), filesOfSizes([200_000, 7])];
      const archives = await Promise.all([given.pack(left), given.pack(right)]);
      const [first, second] = await Promise.all(archives.map((bytes) => given.unpack(bytes)));
      expectFiles(first ?? [], left);
      expectFiles(second ?? [], right);
    });
  });

  describe('write', () => {
    test('gives the same bytes for the same members, whatever their chunks', async (given) => {
      const files = [...filesOf([...HOSTILE_PATHS, ...LONG_PATHS]), ...filesOfSizes(SIZES)];
      const archive = await given.pack(files);
      for (const chunkSize of [1_000, 65_536, 1_048_577]) {
        expectBytes(await given.pack(files, chunkSize), archive, `${chunkSize}`);
      }
    });

    test('says exactly how long the archive will be', async (given) => {
      const { format, name, context } = given;
      const sets = [
        [],
        SMALL,
        filesOf(HOSTILE_PATHS),
        filesOf(LONG_PATHS),
        filesOfSizes(SIZES),
        filesOf(['a/b/c/d', 'a/b/x', 'y/z']),
        ...LONG_PATHS.map((path) => filesOf([path])),
      ];
      for (const files of sets) {
        const sizes = files.map(({ path, content }) => ({ path, size: content.length }));
        const size = format.writtenSize(sizes, name);
        if (size === undefined) context.skip('does not declare writtenSize');
        expect((await given.pack(files)).length, files[0]?.path).toBe(size);
      }
    });

    test('refuses a body of another length than declared', async ({ packMembers }) => {
      for (const size of [0, 99, 101, 512]) {
        const open = (): AsyncIterable<Uint8Array> => bodyOf(seededBytes('body', 100));
        const members = [{ path: 'file', size, open }];
        await expectCode(() => packMembers(members), 'storage-failed');
      }
    });

    test('fails when a body does', async ({ packMembers }) => {
      async function* open(): AsyncGenerator<Uint8Array, void, undefined> {
        yield seededBytes('body', 100);
        throw new Error('the body failed');
      }
      await expect(packMembers([{ path: 'file', size: 200, open }])).rejects.toThrow();
    });

    test('opens one member at a time, and takes them as they come', async ({ packMembers }) => {
      let open = 0;
      let most = 0;
      async function* body(): AsyncGenerator<Uint8Array, void, undefined> {
        open += 1;
        most = Math.max(most, open);
        yield seededBytes('body', 50_000);
        yield seededBytes('body', 50_000);
        open -= 1;
      }
      async function* members(): AsyncGenerator<
        { path: string; size: number; open: typeof body },
        void,
        undefined
      > {
        for (let index = 0; index < 5; index += 1) {
          yield { path: `member-${index}`, size: 100_000, open: body };
        }
      }
      await packMembers(members());
      expect({ open, most }).toEqual({ open: 0, most: 1 });
    });

    test('keeps a size beyond what four bytes or eleven octal digits hold', async (given) => {
      const { format, name, context } = given;
      if (format.features.randomAccess) context.skip('does not read streams');
      for (const size of [2 ** 32 + 1, 2 ** 33 + 1]) {
        const chunk = seededBytes('endless', 65_536);
        async function* open(): AsyncGenerator<Uint8Array, void, undefined> {
          for (let left = size; left > 0; left -= chunk.length) {
            yield left < chunk.length ? chunk.subarray(0, left) : chunk;
          }
        }
        const stream = format.write([{ path: 'huge', size, open }], { format: name });
        for await (const entry of format.read({ stream: () => stream }, name, NO_LIMITS)) {
          expect({ path: entry.path, size: entry.size }).toEqual({ path: 'huge', size });
          break;
        }
      }
    });
  });
}

async function expectRoundTrip(given: ArchiveGiven, files: readonly PackedFile[]): Promise<void> {
  expectFiles(await given.unpack(await given.pack(files)), files);
}

function expectFiles(entries: readonly ReadEntry[], files: readonly PackedFile[]): void {
  for (const { path, size, content } of entries) expect(content.length, path).toBe(size);
  expectSame(packedFiles(entries), files);
}

function expectSame(found: readonly PackedFile[], files: readonly PackedFile[]): void {
  expect(found.map(({ path }) => path)).toEqual(files.map(({ path }) => path));
  for (const [index, { path, content }] of found.entries()) {
    expectBytes(content, files[index]?.content ?? new Uint8Array(), JSON.stringify(path));
  }
}
